--- Requests develop settings of photos from the service, and asks the user where several versions fit.
local Candidates = require "Candidates"
local Json = require "Json"

local Derivations = {}

--- One photo of a request: its known version, if its library is open; else the facts that Lightroom has.
local function item(index, described, fields, is_open)
  if fields.uuid and fields.library and is_open[fields.library] then
    return { ref = tostring(index), library = fields.library, version = fields.uuid }
  end
  return { ref = tostring(index), photo = described.known }
end

local function post(client, items, canceled)
  local answer, problem = client:post("/v1/derivations", { items = items }, { canceled = canceled, has = "results" })
  if not answer then return nil, problem end
  return answer.results
end

-- Every ambiguous photo is asked about once; the chosen ones are derived in one more request.
local function settle(client, answers, described, canceled, state)
  local items, places = Json.array {}, {}
  for index, answer in ipairs(answers) do
    if answer.outcome == "ambiguous" and not state.skip_all then
      local chosen, verdict = Candidates.choose(described[index].name, answer.problem.message, answer.candidates)
      if chosen then
        items[#items + 1] = { ref = tostring(index), library = chosen.library, version = chosen.version }
        places[#places + 1] = index
      elseif verdict == "skip all" then
        state.skip_all = true
      end
    end
  end
  if #items == 0 then return answers end
  local decided, problem = post(client, items, canceled)
  if not decided then return nil, problem end
  for position, index in ipairs(places) do answers[index] = decided[position] end
  return answers
end

--- Derives one batch.
-- @tparam table client
-- @tparam table described from Photos.describe, at most 100, no videos
-- @tparam table fields photo -> Couloir's own fields
-- @tparam table is_open ids of the open libraries, as a set
-- @tparam function canceled
-- @tparam table state kept over all batches of one run
-- @treturn table an array of the service's answers in their order; or nil and a problem
function Derivations.ask(client, described, fields, is_open, canceled, state)
  local items = Json.array {}
  for index, one in ipairs(described) do items[index] = item(index, one, fields[one.photo] or {}, is_open) end
  local answers, problem = post(client, items, canceled)
  if not answers then return nil, problem end
  return settle(client, answers, described, canceled, state)
end

return Derivations
