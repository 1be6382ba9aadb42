--- Sessions that match looks with Aperture's previews: begins, continues and shows them.
local sdk = require "Sdk"
local Catalogs = require "Catalogs"
local Estimate = require "Estimate"
local Handover = require "Handover"
local Json = require "Json"
local LookOptions = require "LookOptions"
local Plural = require "Plural"
local Protocol = require "Protocol"
local Rounds = require "Rounds"

local Sessions = {}

--- Begins a session.
-- @tparam table client
-- @tparam table wanted `photos` or `import_id`, `finish`, and `catalog`, the identity of this one
-- @return the service's view of it; or nil and a problem
function Sessions.begin(client, wanted)
  return client:post("/v1/refinements", wanted, { key = Handover.key "refinement", has = "id" })
end

local function finished_looks()
  return LOC "$$$/Couloir/Matching/Again=Every photo has a finished look. Re-derive adjustments or Import from Aperture takes up the rest."
end

local function unfinished_looks()
  return LOC "$$$/Couloir/Matching/Unsafe=Some photos may still show what was being tried. Choose Re-derive adjustments again: it finishes them."
end

local function rest(problem, safe)
  local state = safe and finished_looks() or unfinished_looks()
  if problem.canceled then return state end
  return Protocol.words(problem) .. "\n" .. state
end

-- The photos for which profiles were installed now, which Lightroom does not know yet, or why they were not.
local function waiting(session)
  if session.not_installed ~= "" then return session.not_installed end
  if session.waiting == 0 then return nil end
  return LOC("$$$/Couloir/Matching/Waiting=Photos that come nearer with profiles, which are installed now: ^1.",
    Plural.number(session.waiting)) .. " "
    .. LOC "$$$/Couloir/Matching/Waiting/Do=Restart Lightroom, which reads profiles when it starts, then choose this again."
end

--- Does the rest of a session.
-- @tparam table client
-- @tparam table session the service's view of it
-- @tparam[opt] table stop_at when it stops by itself, from StopTime
-- @treturn table what came of it: `done` (nothing is left), `title`, `outcomes`, and `note`, what is left and why
function Sessions.run(client, session, stop_at)
  local done, outcomes, problem, safe, view = Rounds.run(client, session, stop_at)
  local title = done and LOC "$$$/Couloir/Matching/Finished=Looks matched with Aperture"
    or LOC "$$$/Couloir/Matching/Stopped=Matching looks has stopped"
  return { done = done, title = title, outcomes = outcomes, note = not done and rest(problem, safe) or waiting(view) }
end

--- Shows what came of a session, in a window of its own.
function Sessions.show(came) came.outcomes:show(came.title, came.note) end

local function question(session)
  local left = Plural.of("photo", session.queued + session.begun)
  if session.with_profiles then
    return LOC("$$$/Couloir/Matching/ContinueProfiles=Have you restarted Lightroom? Then give profiles to ^1.", left)
  end
  return LOC("$$$/Couloir/Matching/Continue=Matching looks has stopped with ^1 left. Go on with it?", left)
end

-- How long the rest takes, by what this Lightroom has taken so far.
local function time_row(f, session)
  local seconds = Json.known(session.seconds_left)
  local time = seconds and LOC("$$$/Couloir/Matching/Takes=The rest takes Lightroom about ^1.", Estimate.words(seconds))
  return f:static_text { title = time or "" }
end

-- Whether to go on with a session: "ok", "cancel", or "other" to leave it.
local function asked(session)
  return sdk.FunctionContext.callWithContext("Couloir matching", function(context)
    local f, properties = sdk.View.osFactory(), sdk.Binding.makePropertyTable(context)
    LookOptions.load(properties)
    local result = sdk.Dialogs.presentModalDialog {
      title = LOC "$$$/Couloir/Matching/Title=Match looks with Aperture",
      contents = f:column {
        bind_to_object = properties, spacing = f:control_spacing(),
        f:static_text {
          title = question(session),
          font = "<system/bold>",
        },
        f:static_text {
          title = LOC "$$$/Couloir/Matching/Continue/Info=If you leave it, the photos that had begun keep the best look that was found.",
          width_in_chars = 60, height_in_lines = -1,
        },
        time_row(f, session),
        LookOptions.stop_row(f),
      },
      actionVerb = LOC "$$$/Couloir/Button/Continue=Continue", otherVerb = LOC "$$$/Couloir/Matching/Leave=Leave it",
    }
    if result == "ok" then LookOptions.save_stop(properties) end
    return result
  end)
end

--- Asks whether to continue a stopped session, and does so if the user wants it.
-- @tparam table client
-- @tparam table session the service's view of it
-- @treturn string "done" when nothing is left of it, "left" when the user leaves it; or nil and a problem
function Sessions.offer(client, session)
  local choice = asked(session)
  if choice == "cancel" then return nil, Protocol.canceled() end
  if choice == "other" then
    local left, problem = Rounds.drop(client, session)
    if not left then return nil, problem end
    return "left"
  end
  local came = Sessions.run(client, session, LookOptions.stop_time())
  Sessions.show(came)
  if not came.done then return nil, Protocol.canceled() end
  return "done"
end

--- Continues the stopped sessions of this catalog, if the user wants it.
-- @tparam table client
-- @tparam table here the catalog
-- @treturn string "none" when there is none, "profiles" when one tried profiles to its end, else as for `offer`; or nil
-- and a problem
function Sessions.take_up(client, here)
  local answer, problem = client:get("/v1/refinements", { has = "sessions" })
  if not answer then return nil, problem end
  local taken_up = "none"
  for _, session in ipairs(answer.sessions) do
    -- The photos of another catalog are not here: its sessions are left unchanged.
    if not Catalogs.is_elsewhere(session.catalog, here) then
      taken_up, problem = Sessions.offer(client, session)
      if not taken_up then return nil, problem end
      if session.with_profiles and taken_up == "done" then return "profiles" end
    end
  end
  return taken_up
end

return Sessions
