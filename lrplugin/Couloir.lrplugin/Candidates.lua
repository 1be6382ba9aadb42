--- Asks which Aperture version a photo is, when several fit.
local Choice = require "Choice"
local Json = require "Json"

local Candidates = {}

local function described(candidate)
  local size = ""
  if Json.known(candidate.width) and Json.known(candidate.height) then
    size = string.format(", %d × %d", candidate.width, candidate.height)
  end
  local edited = candidate.adjusted and LOC "$$$/Couloir/Candidate/Adjusted=, adjusted" or ""
  return LOC(
    "$$$/Couloir/Candidate/Line=^1, version ^2 (^3^4^5)", candidate.name, candidate.copy,
    Json.known(candidate.captured) or candidate.file_name, size, edited
  )
end

--- @tparam string name of the photo in Lightroom
-- @tparam string why several fit
-- @tparam table candidates as the service gives them
-- @treturn table the chosen one; or nil and "skip" (this photo) or "skip all"
function Candidates.choose(name, why, candidates)
  local answers = {}
  for index, candidate in ipairs(candidates) do answers[index] = { title = described(candidate), value = index } end
  local result, chosen = Choice.ask {
    question = LOC "$$$/Couloir/Candidate/Title=Which version is it?",
    texts = { LOC("$$$/Couloir/Candidate/Of=Aperture has several versions of ^1.", name), why },
    answers = answers, width = 560, height = 220,
    actionVerb = LOC "$$$/Couloir/Candidate/Use=Use this version",
    cancelVerb = LOC "$$$/Couloir/Candidate/Skip=Skip this photo",
    otherVerb = LOC "$$$/Couloir/Candidate/SkipAll=Skip all like it",
  }
  if result == "ok" then return candidates[chosen] end
  return nil, result == "other" and "skip all" or "skip"
end

return Candidates
