--- The pre-flight dialog: what an import would do.
local sdk = require "Sdk"
local Disks = require "Disks"
local Estimate = require "Estimate"
local Plural = require "Plural"

local Preflight = {}

--- How many reasons of a group a dialog shows; a button shows the others.
Preflight.SHOWN = 6

local STATES = { "done", "waiting", "skipped", "failed" }

local HEADLINES = {
  done = function() return LOC "$$$/Couloir/Preflight/Done=Will be imported:" end,
  waiting = function() return LOC "$$$/Couloir/Preflight/Waiting=Will be imported by this plug-in:" end,
  skipped = function() return LOC "$$$/Couloir/Preflight/Skipped=Will not be imported:" end,
  failed = function() return LOC "$$$/Couloir/Preflight/Failed=Cannot be imported now:" end,
}

-- Photos that wait for a disk that is not connected cannot be imported now.
local function group_of(row)
  if row.state == "waiting" and row.code == Disks.OFFLINE then return "failed" end
  return row.state
end

local function by_count(a, b)
  if a.count ~= b.count then return a.count > b.count end
  return a.number < b.number
end

local function grouped(rows)
  local groups = {}
  for number, row in ipairs(rows) do
    local name = group_of(row)
    groups[name] = groups[name] or {}
    local advice = row.advice ~= "" and " " .. row.advice or ""
    local text = "  " .. LOC("$$$/Couloir/Kind/Line=^1: ^2", Plural.of(row.kind, row.count), row.sentence .. advice)
    table.insert(groups[name], { text = text, count = row.count, number = number })
  end
  return groups
end

--- The outcomes of the rows of a library: a line for each reason, the largest first, in groups. Pure.
-- @tparam table rows reasons with `kind`, `state`, `code`, `sentence`, `advice`, `count`
-- @tparam[opt] number most how many reasons of a group are listed; the others are counted
-- @treturn table an array of texts; headlines end with a colon; then how many reasons were not listed
function Preflight.lines(rows, most)
  local lines, untold = {}, 0
  local groups = grouped(rows)
  for _, state in ipairs(STATES) do
    local group = groups[state] or {}
    table.sort(group, by_count)
    if #group > 0 then lines[#lines + 1] = HEADLINES[state]() end
    for index = 1, math.min(#group, most or #group) do lines[#lines + 1] = group[index].text end
    local left = #group - math.min(#group, most or #group)
    if left > 0 then lines[#lines + 1] = "  " .. LOC("$$$/Couloir/Preflight/Left=and more reasons: ^1", left) end
    untold = untold + left
  end
  return lines, untold
end

--- A list of reasons for a dialog, the largest of each group; a button shows all of them.
-- @tparam table f the view factory
-- @tparam table rows as for `lines`
-- @tparam number height of the list
-- @tparam[opt] table above an array of texts above the reasons
-- @return the list; then the button, or nil when all reasons are listed
function Preflight.list(f, rows, height, above)
  local function listed(texts, before)
    local column = { spacing = f:label_spacing() }
    for _, text in ipairs(before or {}) do column[#column + 1] = text end
    for _, text in ipairs(texts) do column[#column + 1] = text end
    for index, text in ipairs(column) do
      column[index] = f:static_text { title = text, width_in_chars = 88, height_in_lines = -1 }
    end
    return f:scrolled_view { width = 760, height = height, horizontal_scroller = false, f:column(column) }
  end
  local lines, untold = Preflight.lines(rows, Preflight.SHOWN)
  if untold == 0 then return listed(lines, above) end
  return listed(lines, above), f:push_button {
    title = LOC("$$$/Couloir/Preflight/More=All reasons (^1 more)", untold),
    action = function()
      -- A button's action does not run in a task.
      sdk.Tasks.startAsyncTask(function()
        sdk.Dialogs.presentModalDialog {
          title = LOC "$$$/Couloir/Preflight/All=All reasons", contents = f:column { listed((Preflight.lines(rows))) },
          actionVerb = LOC "$$$/Couloir/Button/Close=Close", cancelVerb = "< exclude >",
        }
      end, "Couloir reasons")
    end,
  }
end

--- The free bytes of a disk; nil where Lightroom does not know, as for some network disks.
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

--- The text about edited photos without an up-to-date preview, which only Aperture can make; nil when there are none. Pure.
-- @tparam table|nil previews `edited`, `missing`, `stale`, `projects`; nil from an older service
function Preflight.previews(previews)
  local late = previews and previews.missing + previews.stale or 0
  if late == 0 then return nil end
  return table.concat({
    LOC("$$$/Couloir/Preflight/Previews=Edited photos without an up-to-date preview: ^1 of ^2; projects: ^3.",
      late, previews.edited, previews.projects),
    LOC "$$$/Couloir/Preflight/PreviewsWhy=Their looks are imported, but cannot be compared with Aperture's.",
    LOC "$$$/Couloir/Preflight/PreviewsDo=Where Aperture still runs on a Mac, choose Photos > Update Preview there while you can:",
    LOC "$$$/Couloir/Preflight/PreviewsUntil=macOS 28 ends Rosetta 2, and after that these previews can no longer be made.",
  }, " ")
end

--- @tparam table plan `bytes_needed`, `outlook` and `previews`
-- @tparam string destination
-- @tparam table awaited the disks that photos wait for, as `Disks.awaited` gives them
-- @tparam[opt] string found what was found on a disk that the user has just located
-- @treturn string "ok", "other" to go back, "locate" to say where a disk is, or "cancel"
function Preflight.ask(plan, destination, awaited, found)
  local f = sdk.View.osFactory()
  local space, too_little = Preflight.space(plan.bytes_needed, free_space(destination))
  local time = LOC(
    "$$$/Couloir/Preflight/Time=Time in Lightroom: at least ^1. You can stop at any moment and go on later.",
    Estimate.words(Estimate.of_plan(plan.outlook))
  )
  local head = { spacing = f:control_spacing() }
  if found then head[1] = f:static_text { title = found, font = "<system/bold>" } end
  for _, text in ipairs { space, time } do head[#head + 1] = f:static_text { title = text } end
  if too_little then
    local text = LOC "$$$/Couloir/Preflight/TooLittle=The disk is too small for copies of all originals. Free some space, or choose another folder."
    head[#head + 1] = f:static_text { title = text }
  end
  local previews = Preflight.previews(plan.previews)
  if previews then head[#head + 1] = f:static_text { title = previews, width_in_chars = 88, height_in_lines = -1 } end
  local list, more = Preflight.list(f, plan.outlook, 300)
  head[#head + 1] = list
  local buttons = { spacing = f:control_spacing(), more }
  if #awaited > 0 then
    buttons[#buttons + 1] = Disks.button(f, function(button) sdk.Dialogs.stopModalWithResult(button, "locate") end)
  end
  if #buttons > 0 then head[#head + 1] = f:row(buttons) end
  return sdk.Dialogs.presentModalDialog {
    title = LOC "$$$/Couloir/Preflight/Title=What the import will do",
    contents = f:column(head), actionVerb = LOC "$$$/Couloir/Preflight/Import=Import",
    otherVerb = LOC "$$$/Couloir/Button/Back=Back",
  }
end

return Preflight
