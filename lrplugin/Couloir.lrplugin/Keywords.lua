--- Makes keywords by their paths, each once. Keywords of a gate count only when the gate has succeeded.
local sdk = require "Sdk"

local Keywords = {}
Keywords.__index = Keywords

-- Lightroom ignores case when it compares siblings.
local function key_of(path, depth)
  local parts = {}
  for index = 1, depth do parts[index] = sdk.StringUtils.lower(path[index]) end
  return table.concat(parts, "\0")
end

function Keywords.new() return setmetatable({ known = {}, fresh = {}, persons = {}, marked = {} }, Keywords) end

-- Lightroom may return nothing, although it was asked for an existing keyword.
local function among(list, name)
  for _, keyword in ipairs(list) do
    if sdk.StringUtils.lower(keyword:getName()) == sdk.StringUtils.lower(name) then return keyword end
  end
end

local function made(name, parent)
  local keyword = sdk.catalog():createKeyword(name, {}, true, parent, true)
  if keyword then return keyword end
  return among(parent and parent:getChildren() or sdk.catalog():getKeywords(), name)
end

--- The keyword at the end of a path, with all above it. Inside a gate.
-- @tparam table path names from the root
-- @return the keyword; nil when Lightroom does not make it
function Keywords:get(path)
  local keyword
  for depth = 1, #path do
    local key = key_of(path, depth)
    local found = self.known[key] or self.fresh[key]
    if not found then
      found = made(path[depth], keyword)
      -- Without its parent the keyword would be made at the top level, as another one.
      if not found then return nil end
      self.fresh[key] = found
    end
    keyword = found
  end
  return keyword
end

--- Marks the keyword at the end of a path as a person, if Lightroom made it. Inside the gate that made or used
-- it. Adobe names the attribute for reading only, so Lightroom may ignore or refuse it: see `refuses_persons`.
function Keywords:mark_person(path)
  local key = key_of(path, #path)
  local keyword = self.known[key] or self.fresh[key]
  if not keyword or self.persons[key] or self.marked[key] then return end
  sdk.Tasks.pcall(function() keyword:setAttributes { keywordType = "person" } end)
  self.marked[key] = true
end

--- Whether Lightroom did not mark the keywords of persons. Inside a gate after the one that marked them: only there
-- can keywords be read. One keyword is checked, once.
-- @treturn boolean nil while no keyword was marked
function Keywords:refuses_persons()
  if self.refused == nil and next(self.persons) then
    local read, attributes = sdk.Tasks.pcall(function() return self.known[next(self.persons)]:getAttributes() end)
    self.refused = not (read and attributes.keywordType == "person")
  end
  return self.refused
end

--- Call when the gate has succeeded: its objects exist.
function Keywords:keep()
  for key, keyword in pairs(self.fresh) do self.known[key] = keyword end
  for key in pairs(self.marked) do self.persons[key] = true end
  self.fresh, self.marked = {}, {}
end

--- Call when the gate has failed: its objects do not exist.
function Keywords:forget() self.fresh, self.marked = {}, {} end

return Keywords
