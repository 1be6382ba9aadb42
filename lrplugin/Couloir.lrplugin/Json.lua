--- JSON to and from Lua, without Lightroom.
--
-- `Json.null` stands for null. Arrays remember that they are arrays, so that an empty one does not become an object;
-- nothing is put into the tables themselves, because they are handed to Lightroom as they are. Numbers are written and
-- read with a point, whatever the system's locale has.
local Json = {}

--- Stands for null, in both directions.
Json.null = setmetatable({}, {
  __tostring = function() return "null" end,
  __newindex = function() error("Json.null cannot be changed", 2) end,
})

--- The deepest nesting that is accepted; the service allows 32.
Json.DEPTH = 64

local arrays = setmetatable({}, { __mode = "k" })

--- Marks a table as an array, which matters when it is empty.
function Json.array(t)
  arrays[t] = true
  return t
end

--- Whether the table came from, or becomes, a JSON array.
function Json.is_array(t) return arrays[t] == true or t[1] ~= nil end

-- Encoding ----------------------------------------------------------------------------------------------------------

local ESCAPES = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function escaped(sign) return ESCAPES[sign] or string.format("\\u%04x", sign:byte()) end

local function encoded_string(text) return '"' .. text:gsub('[%z\1-\31"\\\127]', escaped) .. '"' end

local function encoded_number(number)
  if number ~= number or number == math.huge or number == -math.huge then
    error({ json = "a number that is not finite cannot be written" }, 0)
  end
  if number == math.floor(number) and math.abs(number) < 2 ^ 53 then return string.format("%.0f", number) end
  local text = string.format("%.14g", number)
  if tonumber(text) ~= number then text = string.format("%.17g", number) end
  return (text:gsub(",", "."))
end

local encoded

local function encoded_array(list, depth)
  local count, parts = 0, {}
  for _ in pairs(list) do count = count + 1 end
  for index = 1, count do
    if list[index] == nil then error({ json = "a table has both positions and names, or holes" }, 0) end
    parts[index] = encoded(list[index], depth)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local function encoded_object(object, depth)
  local names, parts = {}, {}
  for name in pairs(object) do
    if type(name) ~= "string" then error({ json = "the name of a member is a " .. type(name) }, 0) end
    names[#names + 1] = name
  end
  table.sort(names)
  for index, name in ipairs(names) do parts[index] = encoded_string(name) .. ":" .. encoded(object[name], depth) end
  return "{" .. table.concat(parts, ",") .. "}"
end

function encoded(value, depth)
  local kind = type(value)
  if value == Json.null then return "null" end
  if kind == "string" then return encoded_string(value) end
  if kind == "number" then return encoded_number(value) end
  if kind == "boolean" then return tostring(value) end
  if kind ~= "table" then error({ json = "a " .. kind .. " cannot be written" }, 0) end
  if depth >= Json.DEPTH then error({ json = "nested deeper than " .. Json.DEPTH .. ", or in a circle" }, 0) end
  if Json.is_array(value) then return encoded_array(value, depth + 1) end
  return encoded_object(value, depth + 1)
end

local function guarded(f, ...)
  -- Nothing in here yields, so the plain pcall is correct.
  local ok, value = pcall(f, ...)
  if ok then return value end
  if type(value) == "table" and value.json then return nil, value.json end
  error(value, 0)
end

--- Members are sorted by name, so that equal values give equal texts.
-- @treturn string the text; or nil and why it cannot be written
function Json.encode(value)
  return guarded(encoded, value, 0)
end

-- Decoding ----------------------------------------------------------------------------------------------------------

local UNESCAPES = {
  ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
}

local function fail(at, what) error({ json = what .. " at byte " .. at }, 0) end

local function skip(text, at) return text:find("[^ \t\r\n]", at) or #text + 1 end

local function utf8(code)
  local floor = math.floor
  if code < 0x80 then return string.char(code) end
  if code < 0x800 then return string.char(0xC0 + floor(code / 0x40), 0x80 + code % 0x40) end
  if code < 0x10000 then
    return string.char(0xE0 + floor(code / 0x1000), 0x80 + floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
  end
  local high = floor(code / 0x1000)
  return string.char(
    0xF0 + floor(high / 0x40), 0x80 + high % 0x40, 0x80 + floor(code / 0x40) % 0x40, 0x80 + code % 0x40
  )
end

local function decoded_unicode(text, at)
  local digits = text:match("^%x%x%x%x", at)
  if not digits then fail(at, "four hexadecimal digits are missing") end
  local code = tonumber(digits, 16)
  if code >= 0xDC00 and code <= 0xDFFF then fail(at, "half a character stands alone") end
  if code < 0xD800 or code > 0xDBFF then return utf8(code), at + 4 end
  local low = text:match("^\\u(%x%x%x%x)", at + 4)
  low = low and tonumber(low, 16) or 0
  if low < 0xDC00 or low > 0xDFFF then fail(at, "half a character stands alone") end
  return utf8(0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00), at + 10
end

local function decoded_string(text, at)
  local start, parts = at, {}
  while true do
    local stop = text:find('[%z\1-\31"\\]', at)
    if not stop then fail(start, "a string does not end") end
    parts[#parts + 1] = text:sub(at, stop - 1)
    local sign = text:sub(stop, stop)
    if sign == '"' then return table.concat(parts), stop + 1 end
    if sign ~= "\\" then fail(stop, "a control character stands in a string") end
    local escape = text:sub(stop + 1, stop + 1)
    if escape == "u" then
      parts[#parts + 1], at = decoded_unicode(text, stop + 2)
    elseif UNESCAPES[escape] then
      parts[#parts + 1], at = UNESCAPES[escape], stop + 2
    else
      fail(stop, "an unknown escape")
    end
  end
end

local function decoded_number(text, at)
  local digits = text:match("^-?%d+%.?%d*[eE]?[-+]?%d*", at)
  local well_formed = digits
    and not digits:find("^-?0%d")
    and (digits:find("^-?%d+$") or digits:find("^-?%d+%.%d+$") or digits:find("^-?%d+%.?%d*[eE][-+]?%d+$"))
    and not digits:find("%.[eE]")
  if not well_formed then fail(at, "something that is no value") end
  -- In a locale with a decimal comma, tonumber needs the comma.
  local point = string.format("%.1f", 0.5):sub(2, 2)
  return tonumber(digits) or tonumber((digits:gsub("%.", point))), at + #digits
end

local decoded

local function decoded_array(text, at, depth)
  local list, count = Json.array {}, 0
  at = skip(text, at)
  if text:sub(at, at) == "]" then return list, at + 1 end
  while true do
    count = count + 1
    list[count], at = decoded(text, at, depth)
    at = skip(text, at)
    local sign = text:sub(at, at)
    if sign == "]" then return list, at + 1 end
    if sign ~= "," then fail(at, "a comma or bracket is missing") end
    at = at + 1
  end
end

local function decoded_object(text, at, depth)
  local object = {}
  at = skip(text, at)
  if text:sub(at, at) == "}" then return object, at + 1 end
  while true do
    at = skip(text, at)
    if text:sub(at, at) ~= '"' then fail(at, "the name of a member is missing") end
    local name
    name, at = decoded_string(text, at + 1)
    at = skip(text, at)
    if text:sub(at, at) ~= ":" then fail(at, "a colon is missing") end
    object[name], at = decoded(text, at + 1, depth)
    at = skip(text, at)
    local sign = text:sub(at, at)
    if sign == "}" then return object, at + 1 end
    if sign ~= "," then fail(at, "a comma or brace is missing") end
    at = at + 1
  end
end

local WORDS = { t = { "true", true }, f = { "false", false }, n = { "null", Json.null } }

function decoded(text, at, depth)
  if depth > Json.DEPTH then fail(at, "nested deeper than " .. Json.DEPTH) end
  at = skip(text, at)
  local sign = text:sub(at, at)
  if sign == "{" then return decoded_object(text, at + 1, depth + 1) end
  if sign == "[" then return decoded_array(text, at + 1, depth + 1) end
  if sign == '"' then return decoded_string(text, at + 1) end
  local word = WORDS[sign]
  if word and text:sub(at, at + #word[1] - 1) == word[1] then return word[2], at + #word[1] end
  return decoded_number(text, at)
end

local function decoded_document(text)
  local value, at = decoded(text, 1, 0)
  at = skip(text, at)
  if at <= #text then fail(at, "something follows the value") end
  return value
end

--- @tparam string text one JSON value
-- @return the value; or nil and what is wrong with the text, with the byte where
function Json.decode(text)
  if type(text) ~= "string" then return nil, "there is no text" end
  return guarded(decoded_document, text)
end

--- A value in Lua's form: nil for null.
function Json.known(value)
  if value == Json.null then return nil end
  return value
end

return Json
