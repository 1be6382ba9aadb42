--- Asks for an Aperture library: one that was found, or another.
local Choice = require "Choice"
local Libraries = require "Libraries"

local LibraryDialog = {}

local OTHER = "other"

--- @tparam table known the service's summaries
-- @treturn string the path of a library; nil when the user cancels
function LibraryDialog.choose(known)
  if #known == 0 then return Libraries.ask() end
  local answers = {}
  for index, library in ipairs(known) do
    answers[index] = { title = library.name .. "   " .. library.path, value = library.path }
  end
  answers[#answers + 1] = { title = LOC "$$$/Couloir/Library/Other=Another library...", value = OTHER }
  local result, chosen = Choice.ask {
    question = LOC "$$$/Couloir/Library/Which=Import from which Aperture library?",
    answers = answers, width = 620, height = 180, is_wide = true,
    actionVerb = LOC "$$$/Couloir/Button/Continue=Continue",
  }
  if result ~= "ok" then return nil end
  if chosen == OTHER then return Libraries.ask() end
  return chosen
end

return LibraryDialog
