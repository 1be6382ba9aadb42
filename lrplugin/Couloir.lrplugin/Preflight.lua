--- What an import would do, shown before anything is done.
local sdk = require "Sdk"

local Preflight = {}

local STATES = { "done", "waiting", "skipped", "failed" }

local HEADLINES = {
  done = function() return LOC "$$$/Couloir/Preflight/Done=Comes over:" end,
  waiting = function() return LOC "$$$/Couloir/Preflight/Waiting=Comes over through this plug-in:" end,
  skipped = function() return LOC "$$$/Couloir/Preflight/Skipped=Stays behind:" end,
  failed = function() return LOC "$$$/Couloir/Preflight/Failed=Cannot come over now:" end,
}

local KINDS = {
  master = function(n) return LOC("$$$/Couloir/Kind/Master=^1 originals", n) end,
  version = function(n) return LOC("$$$/Couloir/Kind/Version=^1 versions", n) end,
  operation = function(n) return LOC("$$$/Couloir/Kind/Operation=^1 adjustments", n) end,
  album = function(n) return LOC("$$$/Couloir/Kind/Album=^1 albums", n) end,
  keyword = function(n) return LOC("$$$/Couloir/Kind/Keyword=^1 keywords", n) end,
  project = function(n) return LOC("$$$/Couloir/Kind/Project=^1 projects", n) end,
  folder = function(n) return LOC("$$$/Couloir/Kind/Folder=^1 folders", n) end,
  stack = function(n) return LOC("$$$/Couloir/Kind/Stack=^1 stacks", n) end,
  face = function(n) return LOC("$$$/Couloir/Kind/Face=^1 faces", n) end,
}

--- How many of which rows of a library, in words. Pure.
function Preflight.counted(kind, n)
  local words = KINDS[kind]
  return words and words(n) or n .. " " .. kind
end

--- The outlook, grouped by what becomes of the rows. Pure.
-- @tparam table outlook reasons with `kind`, `state`, `sentence`, `advice`, `count`
-- @treturn table an array of texts; headlines end with a colon
function Preflight.lines(outlook)
  local lines = {}
  for _, state in ipairs(STATES) do
    local headed = false
    for _, row in ipairs(outlook) do
      if row.state == state then
        if not headed then lines[#lines + 1] = HEADLINES[state]() end
        headed = true
        local advice = row.advice ~= "" and " " .. row.advice or ""
        lines[#lines + 1] = "  " .. Preflight.counted(row.kind, row.count) .. ": " .. row.sentence .. advice
      end
    end
  end
  return lines
end

--- Bytes that a disk has free; nil where Lightroom cannot tell, as of some network disks.
local function free_space(path)
  local told, attributes = sdk.Tasks.pcall(sdk.FileUtils.volumeAttributes, path)
  return told and type(attributes) == "table" and tonumber(attributes.fileSystemFreeSize) or nil
end

--- Space that is needed and free, as a line, and whether it is too little.
function Preflight.space(needed, free)
  if not free then
    local text = LOC(
      "$$$/Couloir/Preflight/SpaceUnknown=Space needed at most: ^1; Lightroom cannot tell how much is free.",
      sdk.StringUtils.byteString(needed, 1)
    )
    return text, false
  end
  local text = LOC(
    "$$$/Couloir/Preflight/Space=Space needed at most: ^1; free: ^2",
    sdk.StringUtils.byteString(needed, 1), sdk.StringUtils.byteString(free, 1)
  )
  return text, needed > free
end

--- @tparam table plan `bytes_needed` and `outlook`
-- @tparam string destination
-- @treturn boolean whether the user wants it
function Preflight.ask(plan, destination)
  local f = sdk.View.osFactory()
  local space, too_little = Preflight.space(plan.bytes_needed, free_space(destination))
  local rows = { spacing = f:label_spacing() }
  for index, line in ipairs(Preflight.lines(plan.outlook)) do
    rows[index] = f:static_text { title = line, width_in_chars = 88, height_in_lines = -1 }
  end
  local head = { spacing = f:control_spacing(), f:static_text { title = space } }
  if too_little then
    local text = LOC "$$$/Couloir/Preflight/TooLittle=The disk is too small for copies of all originals. Free some space, or choose another folder."
    head[#head + 1] = f:static_text { title = text }
  end
  head[#head + 1] = f:scrolled_view { width = 760, height = 300, horizontal_scroller = false, f:column(rows) }
  return sdk.Dialogs.presentModalDialog {
    title = LOC "$$$/Couloir/Preflight/Title=What the import will do",
    contents = f:column(head), actionVerb = LOC "$$$/Couloir/Preflight/Import=Import",
  } == "ok"
end

return Preflight
