--- Numbers of things as text, in the singular where the language uses it for that number. Pure.
local Plural = {}

local ONE = {
  photo = function(n) return LOC("$$$/Couloir/Kind/One/Photo=^1 photo", n) end,
  master = function(n) return LOC("$$$/Couloir/Kind/One/Master=^1 original", n) end,
  version = function(n) return LOC("$$$/Couloir/Kind/One/Version=^1 version", n) end,
  operation = function(n) return LOC("$$$/Couloir/Kind/One/Operation=^1 adjustment", n) end,
  attachment = function(n) return LOC("$$$/Couloir/Kind/One/Attachment=^1 attached file", n) end,
  album = function(n) return LOC("$$$/Couloir/Kind/One/Album=^1 album", n) end,
  keyword = function(n) return LOC("$$$/Couloir/Kind/One/Keyword=^1 keyword", n) end,
  project = function(n) return LOC("$$$/Couloir/Kind/One/Project=^1 project", n) end,
  folder = function(n) return LOC("$$$/Couloir/Kind/One/Folder=^1 folder", n) end,
  stack = function(n) return LOC("$$$/Couloir/Kind/One/Stack=^1 stack", n) end,
  face = function(n) return LOC("$$$/Couloir/Kind/One/Face=^1 face", n) end,
  minute = function(n) return LOC("$$$/Couloir/Kind/One/Minute=^1 minute", n) end,
  hour = function(n) return LOC("$$$/Couloir/Kind/One/Hour=^1 hour", n) end,
}

local MANY = {
  photo = function(n) return LOC("$$$/Couloir/Kind/Photo=^1 photos", n) end,
  master = function(n) return LOC("$$$/Couloir/Kind/Master=^1 originals", n) end,
  version = function(n) return LOC("$$$/Couloir/Kind/Version=^1 versions", n) end,
  operation = function(n) return LOC("$$$/Couloir/Kind/Operation=^1 adjustments", n) end,
  attachment = function(n) return LOC("$$$/Couloir/Kind/Attachment=^1 attached files", n) end,
  album = function(n) return LOC("$$$/Couloir/Kind/Album=^1 albums", n) end,
  keyword = function(n) return LOC("$$$/Couloir/Kind/Keyword=^1 keywords", n) end,
  project = function(n) return LOC("$$$/Couloir/Kind/Project=^1 projects", n) end,
  folder = function(n) return LOC("$$$/Couloir/Kind/Folder=^1 folders", n) end,
  stack = function(n) return LOC("$$$/Couloir/Kind/Stack=^1 stacks", n) end,
  face = function(n) return LOC("$$$/Couloir/Kind/Face=^1 faces", n) end,
  minute = function(n) return LOC("$$$/Couloir/Kind/Minute=^1 minutes", n) end,
  hour = function(n) return LOC("$$$/Couloir/Kind/Hour=^1 hours", n) end,
}

-- The numbers that take the singular, which the translation states: 1 in English and German, 0 and 1 in French, none in
-- Japanese.
local function is_singular(n)
  for number in (LOC "$$$/Couloir/Kind/Singular=1"):gmatch "%d+" do
    if tonumber(number) == n then return true end
  end
  return false
end

--- A number with the language's sign between thousands. Pure.
function Plural.number(n)
  local text = string.format("%.0f", n)
  local first = (#text - 1) % 3 + 1
  local number = text:sub(1, first)
  for at = first + 1, #text, 3 do
    number = LOC("$$$/Couloir/Kind/Thousands=^1,^2", number, text:sub(at, at + 2))
  end
  return number
end

--- @tparam string kind "photo", "stack", ..., or another word, which then stays as it is
-- @tparam number n
function Plural.of(kind, n)
  if not MANY[kind] then return n .. " " .. kind end
  return (is_singular(n) and ONE or MANY)[kind](Plural.number(n))
end

return Plural
