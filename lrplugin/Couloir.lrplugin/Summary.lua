--- The end of an import in one window: what came, what wants to be looked at, the account of the library's rows, and
-- buttons for everything else.
local sdk = require "Sdk"
local Disks = require "Disks"
local Outcomes = require "Outcomes"
local Preflight = require "Preflight"
local Protocol = require "Protocol"
local Report = require "Report"

local Summary = {}

local WIDE = 88

local function line(f, text) return f:static_text { title = text, width_in_chars = WIDE, height_in_lines = -1 } end

-- A button's action does not run in a task.
local function button(f, title, show)
  return f:push_button { title = title, action = function() sdk.Tasks.startAsyncTask(show, "Couloir summary") end }
end

local function show_reasons(report)
  local f = sdk.View.osFactory()
  local list, more = Preflight.list(f, report.reasons, 380)
  local contents = { spacing = f:control_spacing(), list }
  contents[#contents + 1] = more
  sdk.Dialogs.presentModalDialog {
    title = LOC "$$$/Couloir/Report/Title=Report of the import from Aperture", contents = f:column(contents),
    actionVerb = LOC "$$$/Couloir/Button/Close=Close", cancelVerb = "< exclude >",
  }
end

-- How many photos came, and how near their looks are, each in a line. Pure.
function Summary.counts(outcomes, looks)
  local lines = {}
  if outcomes:summary() ~= "" then
    lines[1] = LOC("$$$/Couloir/Summary/Photos=Photos: ^1", outcomes:summary())
  end
  if looks and looks.outcomes:summary() ~= "" then
    lines[#lines + 1] = LOC("$$$/Couloir/Summary/Looks=^1: ^2", looks.title, looks.outcomes:summary())
  end
  return lines
end

-- The rows of photos and looks that want to be looked at.
local function wanting(found)
  local rows = found.outcomes:wanting()
  for _, row in ipairs(found.looks and found.looks.outcomes:wanting() or {}) do rows[#rows + 1] = row end
  return rows
end

local function buttons(f, client, import, found, report, awaited)
  local row = { spacing = f:control_spacing() }
  if #found.outcomes.rows > 0 then
    local title = LOC "$$$/Couloir/Summary/All=All photos..."
    row[#row + 1] = button(f, title, function() found.outcomes:show(found.title, found.note) end)
  end
  if found.looks then
    local title = LOC "$$$/Couloir/Summary/Matched=All matched looks..."
    row[#row + 1] = button(f, title, function() found.looks.outcomes:show(found.looks.title, found.looks.note) end)
  end
  if report then
    row[#row + 1] = button(f, LOC "$$$/Couloir/Summary/Report=All reasons...", function() show_reasons(report) end)
    row[#row + 1] = Report.page_button(f, client, import)
    row[#row + 1] = Disks.late_button(f, client, import.library, awaited)
  end
  return row
end

--- Shows what an import came to.
-- @tparam table client
-- @tparam table import the service's view of it
-- @tparam table found `title`, `outcomes` of the photos, `looks` (what came of matching), `note`, and `accounts`: whether
-- the account of the library's rows is shown
function Summary.show(client, import, found)
  local f = sdk.View.osFactory()
  local report, awaited, problem
  if found.accounts then report, awaited, problem = Report.of(client, import) end
  local head = { spacing = f:control_spacing() }
  for _, text in ipairs(Summary.counts(found.outcomes, found.looks)) do
    head[#head + 1] = f:static_text { title = text, font = "<system/bold>" }
  end
  for _, text in ipairs { found.note or "", found.looks and found.looks.note or "", problem and Protocol.words(problem) or "" } do
    if text ~= "" then head[#head + 1] = line(f, text) end
  end
  for _, text in ipairs(found.outcomes.notes) do head[#head + 1] = line(f, text) end
  local rows = wanting(found)
  if #rows > 0 then Outcomes.list(head, found.title, rows, 180) end
  for _, text in ipairs(report and Report.balance(report) or {}) do head[#head + 1] = f:static_text { title = text } end
  local row = buttons(f, client, import, found, report, awaited)
  if #row > 0 then head[#head + 1] = f:row(row) end
  local result = sdk.Dialogs.presentModalDialog {
    title = found.title, contents = f:column(head),
    actionVerb = LOC "$$$/Couloir/Button/Close=Close", cancelVerb = "< exclude >",
    otherVerb = LOC "$$$/Couloir/Report/Folder=Show its folder",
  }
  if result == "other" then sdk.Shell.revealInShell(import.destination) end
end

return Summary
