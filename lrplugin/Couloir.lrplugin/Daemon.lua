--- Finding the service, meeting it, and starting it when it is not there.
local sdk = require "Sdk"
local Command = require "Command"
local Json = require "Json"
local Log = require "Log"
local Places = require "Places"
local Progress = require "Progress"
local Protocol = require "Protocol"
local Version = require "Version"

local Daemon = {}

--- Seconds that a start may take; the first one after an installation compiles.
Daemon.PATIENCE = 60
local POLL = 0.5

--- What the service says of itself in its discovery file. The file may be that of a service that has died.
-- @treturn table port, token, version, executable; or nil
function Daemon.discover()
  local file = Places.discovery_file()
  if sdk.FileUtils.exists(file) ~= "file" then return nil end
  local read, text = sdk.Tasks.pcall(sdk.FileUtils.readFile, file)
  local found, why
  if read then found, why = Json.decode(text) else why = tostring(text) end
  if type(found) ~= "table" or type(found.port) ~= "number" or type(found.token) ~= "string" then
    Log.trouble("the discovery file cannot be used: " .. tostring(why or "something is missing in it"))
    return nil
  end
  return {
    port = found.port,
    token = found.token,
    version = tostring(found.version),
    executable = found.executable,
  }
end

local function versions_differ(hello)
  local message
  if hello.verdict == "upgrade-daemon" then
    message = LOC(
      "$$$/Couloir/Error/UpgradeDaemon=The plug-in (^1) is newer than Couloir's service (^2).",
      Version.version, hello.daemon
    )
    return Protocol.problem(
      "version.daemon", message,
      LOC "$$$/Couloir/Error/UpgradeDaemon/Do=Install the newer Couloir on this computer, then restart its service."
    )
  end
  message = LOC(
    "$$$/Couloir/Error/UpgradePlugin=The plug-in (^1) is older than Couloir's service (^2).",
    Version.version, hello.daemon
  )
  return Protocol.problem(
    "version.plugin", message,
    LOC "$$$/Couloir/Error/UpgradePlugin/Do=Install the newer plug-in: File > Plug-in Manager, Remove, Add."
  )
end

--- Says hello to the service that the discovery file names.
-- @treturn table a client, and what the service said; or nil and a problem ("daemon.absent" when there is no file)
function Daemon.meet()
  local place = Daemon.discover()
  if not place then
    return nil, Protocol.problem("daemon.absent", LOC "$$$/Couloir/Error/Absent=Couloir's service is not running.")
  end
  local client = Protocol.client(place, Daemon.discover)
  local path = "/v1/hello?plugin=" .. Protocol.escaped(Version.version) .. "&api=" .. Version.api
  local hello, problem = client:get(path, { timeout = Protocol.TIMEOUT.hello, has = "verdict" })
  if not hello then return nil, problem end
  if hello.verdict ~= "ok" then return nil, versions_differ(hello) end
  if type(place.executable) == "string" then sdk.prefs().last_python = place.executable end
  return client, hello
end

--- Whether a problem means that nobody is there: no file, or one that a service left when it died. Its port may belong
-- to another program now, which cannot prove that it is the service.
function Daemon.is_absent(problem)
  return problem.code == "daemon.absent" or problem.code == "transport.refused" or problem.code == "transport.unproven"
end

local function execute(command)
  Log.info("start: " .. command)
  return Command.exit_code(sdk.Tasks.execute(command), sdk.windows)
end

--- The ways to start it, best first: each a name for the log and a function that gives whether the system took it.
local function ways()
  local found = {}
  if sdk.FileUtils.exists(Places.service_file()) == "file" then
    found[1] = function() return execute(Command.service(sdk.windows)) == 0 end
  end
  local words = Places.program() and { Places.program(), "serve", "--idle-exit", "3600" }
  local python = Places.last_python()
  if not words and python then words = { python, "-m", "couloir", "serve", "--idle-exit", "3600" } end
  if words then
    found[#found + 1] = function() return execute(Command.background(words, Places.start_log(), sdk.windows)) == 0 end
  end
  return found
end

local function not_installed()
  return Protocol.problem(
    "daemon.not-installed",
    LOC "$$$/Couloir/Error/NotInstalled=The program couloir was not found on this computer.",
    LOC "$$$/Couloir/Error/NotInstalled/Do=Install Couloir, or say where it is in Help > Plug-in Extras > Settings and service."
  )
end

local function did_not_start()
  local log, said = Places.start_log(), nil
  if sdk.FileUtils.exists(log) == "file" then
    local read, text = sdk.Tasks.pcall(sdk.FileUtils.readFile, log)
    said = read and text:match("([^\r\n]+)%s*$")
  end
  local advice = LOC(
    "$$$/Couloir/Error/NotStarted/Do=Run ^1 in a terminal to see what it says, or make a diagnostic report.", "couloir doctor"
  )
  if said then advice = LOC("$$$/Couloir/Error/NotStarted/Said=It said: ^1", said) .. "\n" .. advice end
  return Protocol.problem(
    "daemon.not-started",
    LOC("$$$/Couloir/Error/NotStarted=Couloir's service was started, but did not answer within ^1 seconds.", Daemon.PATIENCE),
    advice
  )
end

local function wait(scope)
  local deadline = sdk.Date.currentTime() + Daemon.PATIENCE
  local problem
  repeat
    if scope:isCanceled() then return nil, Protocol.canceled() end
    local client, answer = Daemon.meet()
    if client then return client, answer end
    problem = answer
    if not Daemon.is_absent(problem) then return nil, problem end
    local left = deadline - sdk.Date.currentTime()
    scope:setPortionComplete(Daemon.PATIENCE - left, Daemon.PATIENCE)
    sdk.Tasks.sleep(POLL)
  until left <= 0
  return nil, did_not_start()
end

--- Starts the service, as the system's background service where it is installed, else as a program of its own.
-- @treturn table a client and the service's hello; or nil and a problem
function Daemon.start()
  local found = ways()
  if #found == 0 then return nil, not_installed() end
  for _, way in ipairs(found) do
    if way() then
      return Progress.with(LOC "$$$/Couloir/Start/Progress=Starting Couloir's service", wait, { modal = true })
    end
  end
  return nil, did_not_start()
end

--- The service, started if need be and if the user agrees.
-- @treturn table a client and the service's hello; or nil and a problem
function Daemon.connect()
  local client, answer = Daemon.meet()
  if client or not Daemon.is_absent(answer) then return client, answer end
  local choice = sdk.Dialogs.confirm(
    LOC "$$$/Couloir/Start/Ask=Couloir's service is not running. Start it now?",
    LOC "$$$/Couloir/Start/Why=It reads the Aperture library and computes the settings, on this computer only.",
    LOC "$$$/Couloir/Start/Yes=Start"
  )
  if choice ~= "ok" then return nil, Protocol.canceled() end
  return Daemon.start()
end

return Daemon
