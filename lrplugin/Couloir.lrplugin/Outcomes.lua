--- The result for each photo: collected during the work, shown at its end.
local sdk = require "Sdk"
local Log = require "Log"
local Plural = require "Plural"

local Outcomes = {}
Outcomes.__index = Outcomes

--- How many lines a page of the dialog shows.
Outcomes.SHOWN = 200

local ORDER = { "failed", "attention", "left", "done", "unchanged", "skipped" }

local TITLES = {
  done = function(n) return LOC("$$$/Couloir/Outcome/Done=^1 done", n) end,
  attention = function(n) return LOC("$$$/Couloir/Outcome/Attention=^1 done, with a remark", n) end,
  left = function(n) return LOC("$$$/Couloir/Outcome/Left=^1 left as they are", n) end,
  unchanged = function(n) return LOC("$$$/Couloir/Outcome/Unchanged=^1 unchanged", n) end,
  skipped = function(n) return LOC("$$$/Couloir/Outcome/Skipped=^1 skipped", n) end,
  failed = function(n) return LOC("$$$/Couloir/Outcome/Failed=^1 failed", n) end,
}

local LABELS = {
  done = function() return LOC "$$$/Couloir/Outcome/One/Done=Done" end,
  attention = function() return LOC "$$$/Couloir/Outcome/One/Attention=Done, with a remark" end,
  left = function() return LOC "$$$/Couloir/Outcome/One/Left=Left as it is" end,
  unchanged = function() return LOC "$$$/Couloir/Outcome/One/Unchanged=Unchanged" end,
  skipped = function() return LOC "$$$/Couloir/Outcome/One/Skipped=Skipped" end,
  failed = function() return LOC "$$$/Couloir/Outcome/One/Failed=Failed" end,
}

function Outcomes.new() return setmetatable({ rows = {}, counts = {}, notes = {} }, Outcomes) end

--- @tparam string name of the photo
-- @tparam string kind one of done, attention, left, unchanged, skipped, failed
-- @tparam[opt] string why
function Outcomes:add(name, kind, why)
  self.rows[#self.rows + 1] = { name = name, kind = kind, why = why or "" }
  self.counts[kind] = (self.counts[kind] or 0) + 1
  Log.info(Log.named(name) .. ": " .. kind .. (why and " (" .. Log.named(why) .. ")" or ""))
end

--- The present number of rows, for `forget`.
function Outcomes:mark() return #self.rows end

--- Drops the rows after this number: their work is repeated.
function Outcomes:forget(mark)
  for index = #self.rows, mark + 1, -1 do
    local kind = self.rows[index].kind
    self.counts[kind] = self.counts[kind] > 1 and self.counts[kind] - 1 or nil
    self.rows[index] = nil
  end
end

--- Adds a remark about the whole run, once.
function Outcomes:note(text)
  for _, told in ipairs(self.notes) do
    if told == text then return end
  end
  self.notes[#self.notes + 1] = text
  Log.info(Log.named(text))
end

--- The counts of each kind, as one line. Pure.
function Outcomes:summary()
  local parts = {}
  for _, kind in ipairs(ORDER) do
    if self.counts[kind] then parts[#parts + 1] = TITLES[kind](Plural.number(self.counts[kind])) end
  end
  return table.concat(parts, ", ")
end

--- The rows, those that need attention first. Pure.
function Outcomes:sorted()
  local sorted = {}
  for _, kind in ipairs(ORDER) do
    for _, row in ipairs(self.rows) do
      if row.kind == kind then sorted[#sorted + 1] = row end
    end
  end
  return sorted
end

--- The rows that want to be looked at: failures, then remarks. Pure.
function Outcomes:wanting()
  local found = {}
  for _, row in ipairs(self:sorted()) do
    if row.kind == "failed" or row.kind == "attention" then found[#found + 1] = row end
  end
  return found
end

local function line(f, row)
  return f:row {
    f:static_text { title = row.name, width_in_chars = 26, truncation = "middle" },
    f:static_text { title = LABELS[row.kind](), width_in_chars = 24 },
    f:static_text { title = row.why, width_in_chars = 54, height_in_lines = row.why ~= "" and -1 or 1 },
  }
end

local function present(title, head)
  sdk.Dialogs.presentModalDialog {
    title = title, contents = sdk.View.osFactory():column(head), actionVerb = LOC "$$$/Couloir/Button/Close=Close",
    cancelVerb = "< exclude >",
  }
end

-- A page of the list, and below it a button that shows the next one: a dialog of thousands of lines is too much for
-- Lightroom. The rows that need attention are on the first page.
local function add_page(head, title, sorted, first, height)
  local f = sdk.View.osFactory()
  local lines, last = { spacing = f:label_spacing() }, math.min(#sorted, first + Outcomes.SHOWN - 1)
  for index = first, last do lines[#lines + 1] = line(f, sorted[index]) end
  head[#head + 1] = f:scrolled_view { width = 760, height = height or 320, horizontal_scroller = false, f:column(lines) }
  if last == #sorted then return end
  head[#head + 1] = f:push_button {
    title = LOC("$$$/Couloir/Outcome/Next=Show the next (^1 more)", #sorted - last),
    action = function()
      -- A button's action does not run in a task.
      sdk.Tasks.startAsyncTask(function()
        local page = { spacing = f:control_spacing() }
        add_page(page, title, sorted, last + 1)
        present(title, page)
      end, "Couloir outcomes")
    end,
  }
end

--- Adds rows to a dialog, with a button for more.
-- @tparam table head the dialog's column
-- @tparam string title of the windows with more
-- @tparam table rows
-- @tparam number height of the list
function Outcomes.list(head, title, rows, height) add_page(head, title, rows, 1, height) end

--- Shows the results in a dialog.
-- @tparam string title
-- @tparam[opt] string note a line above the list
function Outcomes:show(title, note)
  local f = sdk.View.osFactory()
  local head = { spacing = f:control_spacing(), f:static_text { title = self:summary(), font = "<system/bold>" } }
  if note then head[#head + 1] = f:static_text { title = note, width_in_chars = 88, height_in_lines = -1 } end
  for _, text in ipairs(self.notes) do
    head[#head + 1] = f:static_text { title = text, width_in_chars = 88, height_in_lines = -1 }
  end
  add_page(head, title, self:sorted(), 1)
  present(title, head)
end

return Outcomes
