--- Lists Aperture libraries, asks for one, and opens it.
local sdk = require "Sdk"
local Jobs = require "Jobs"
local Progress = require "Progress"
local Protocol = require "Protocol"

local Libraries = {}

--- The libraries that the service knows, or finds in the usual places.
-- @treturn table an array of the service's summaries; or nil and a problem
function Libraries.list(client)
  local answer, problem = client:get("/v1/libraries", { has = "libraries" })
  if not answer then return nil, problem end
  return answer.libraries
end

--- The ids of the libraries that can be searched, as a set.
-- @treturn table id -> true; or nil and a problem
function Libraries.open_ids(client)
  local known, problem = Libraries.list(client)
  if not known then return nil, problem end
  local ids = {}
  for _, library in ipairs(known) do ids[library.id] = library.indexed or nil end
  return ids
end

--- Lets the user choose a library.
-- @treturn string its path; nil when the user cancels
function Libraries.ask()
  local chosen = sdk.Dialogs.runOpenPanel {
    title = LOC "$$$/Couloir/Library/Choose=Choose an Aperture library",
    prompt = LOC "$$$/Couloir/Library/Choose/Button=Choose",
    -- A library is a folder that macOS shows as a file.
    canChooseFiles = true, canChooseDirectories = true, allowsMultipleSelection = false,
    fileTypes = { "aplibrary", "apvault", "migratedaplibrary", "photolibrary", "migratedphotolibrary" },
  }
  return chosen and chosen[1]
end

local function confirmed(question, explanation, yes)
  return sdk.Dialogs.confirm(question, explanation, yes, LOC "$$$/Couloir/Button/Cancel=Cancel") == "ok"
end

-- Where the package's own folders are links to elsewhere that the service does not follow yet, as lines of text.
local function unfollowed(figures)
  local lines = {}
  for _, link in ipairs(figures.links or {}) do
    if not link.followed then lines[#lines + 1] = link.folder .. ": " .. link.target end
  end
  return lines
end

local function read(client, path, how, scope)
  local canceled = Progress.canceled(scope)
  local body = { path = path, from_plists = how.from_plists, follow_links = how.follow_links }
  local job, problem = client:post("/v1/libraries", body, { canceled = canceled, has = "id" })
  if not job then return nil, problem end
  return Jobs.wait(client, job.id, scope)
end

-- A library whose databases are lost can be read from its property lists, if the user wants that.
local function ask_for_plists(problem)
  local has = LOC "$$$/Couloir/Library/Plists/Has=Aperture's property lists hold the photos, albums, keywords and adjustments."
  local lack = LOC "$$$/Couloir/Library/Plists/Lack=They lack the order in stacks, names of places, and attachments."
  local why = has .. " " .. lack
  return confirmed(
    LOC "$$$/Couloir/Library/Plists=Read the library from its property lists?", problem.message .. "\n\n" .. why,
    LOC "$$$/Couloir/Library/Plists/Read=Read Property Lists"
  )
end

local function ask_for_links(lines)
  local why = LOC "$$$/Couloir/Library/Links/Why=Folders of this library are links. If you moved them yourself, Couloir can read them there:"
  return confirmed(
    LOC "$$$/Couloir/Library/Links=Follow the links of this library?", why .. "\n\n" .. table.concat(lines, "\n"),
    LOC "$$$/Couloir/Library/Links/Follow=Follow"
  )
end

--- Opens a library that the user has chosen: grants it to the service, and has it read. Asks the user
-- whether to read property lists in place of lost databases, and whether links to another disk are the user's own.
-- @tparam table client
-- @tparam string path
-- @tparam table scope a progress bar
-- @treturn table `id` and `figures`; or nil and a problem
function Libraries.open(client, path, scope)
  local canceled = Progress.canceled(scope)
  local root, problem = client:post("/v1/roots", { path = path, purpose = "library" }, { canceled = canceled })
  if not root then return nil, problem end
  -- Earlier answers about this library still apply.
  local how = { from_plists = root.from_plists == true, follow_links = root.follow_links == true }
  local opened
  opened, problem = read(client, path, how, scope)
  if not opened and problem.code == "library.damaged" and not how.from_plists and ask_for_plists(problem) then
    how.from_plists = true
    opened, problem = read(client, path, how, scope)
  end
  if not opened then return nil, problem end
  local lines = unfollowed(opened.figures)
  if #lines > 0 and ask_for_links(lines) then
    how.follow_links = true
    return read(client, path, how, scope)
  end
  return opened
end

local function open_all(client, granted)
  local title = LOC "$$$/Couloir/Library/Opening=Opening the Aperture library"
  return Progress.with(title, function(scope)
    for _, library in ipairs(granted) do
      scope:setCaption(library.name)
      local opened, problem = Libraries.open(client, library.path, scope)
      if not opened then return nil, problem end
    end
    return true
  end)
end

--- Makes sure that at least one library can be searched: opens those that the user has granted before, else asks.
-- @treturn boolean true; or nil and a problem
function Libraries.ensure_open(client)
  local known, problem = Libraries.list(client)
  if not known then return nil, problem end
  local closed, ready = {}, false
  for _, library in ipairs(known) do
    ready = ready or library.indexed
    if library.granted and not library.indexed then closed[#closed + 1] = library end
  end
  if ready then return true end
  if #closed == 0 then
    local path = Libraries.ask()
    if not path then return nil, Protocol.canceled() end
    closed[1] = { path = path, name = sdk.PathUtils.leafName(path) }
  end
  return open_all(client, closed)
end

return Libraries
