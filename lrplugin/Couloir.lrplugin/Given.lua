--- What Couloir has given a photo, kept in one of its fields: a digest of the develop settings as it left them, and the
-- keywords that it added. So it can tell later what is the user's own.
local sdk = require "Sdk"

local Given = {}

-- A part of a keyword's path stands on each side of it.
local STEP = "|"

-- Lightroom may leave out a setting that says nothing, and a newer one has more of them.
local function says_nothing(value)
  return value == 0 or value == false or value == "" or type(value) == "table" and next(value) == nil
end

local function text_of(value)
  if type(value) == "number" then return string.format("%.5g", value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for key, each in pairs(value) do parts[#parts + 1] = tostring(key) .. "=" .. text_of(each) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

--- Develop settings as one text, the same for the same look. Pure.
function Given.settings_text(settings)
  local telling = {}
  for key, value in pairs(settings) do
    if not says_nothing(value) then telling[key] = value end
  end
  return text_of(telling)
end

--- A digest of develop settings, as getDevelopSettings gives them.
function Given.digest(settings) return sdk.MD5.digest(Given.settings_text(settings)) end

--- What identifies a keyword among those of a photo; one that was made in the same gate may have no identifier yet.
function Given.key_of(keyword) return keyword.localIdentifier or keyword end

--- The keywords that a photo has now, before Couloir adds its own, as a set by `key_of`.
function Given.present_keywords(photo)
  local own = {}
  for _, keyword in ipairs(photo:getRawMetadata("keywords") or {}) do own[Given.key_of(keyword)] = true end
  return own
end

--- A keyword's path as one text. Pure.
function Given.path_text(path) return table.concat(path, STEP) end

--- The field's text. Pure.
-- @tparam[opt] string digest of the develop settings; nil when Couloir gave none, or does not know them
-- @tparam[opt] table keywords an array of paths as texts
-- @treturn string nil when nothing was given
function Given.text(digest, keywords)
  local lines = { digest or "" }
  for _, path in ipairs(keywords or {}) do lines[#lines + 1] = path end
  local text = table.concat(lines, "\n")
  return text ~= "" and text or nil
end

--- The counterpart of `text`. Pure.
-- @tparam[opt] string text
-- @treturn string the digest, nil for none; then the keywords, an array
function Given.read(text)
  local digest, keywords
  for line in ((text or "") .. "\n"):gmatch "([^\n]*)\n" do
    if keywords then keywords[#keywords + 1] = line else digest, keywords = line, {} end
  end
  return digest ~= "" and digest or nil, keywords or {}
end

--- The field's text with another digest. Pure.
function Given.with_digest(text, digest)
  local _, keywords = Given.read(text)
  return Given.text(digest, keywords)
end

return Given
