--- Discovers the service, authenticates it, and starts it when it does not run.
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
--- Seconds that the system's background service may take while there is another way to start it.
Daemon.SHORT_PATIENCE = 20
local POLL = 0.5
-- Seconds between two checks of its process.
local LOOK = 2

--- The content of the service's discovery file, which may be left over from a service that has ended.
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

--- Contacts the service that the discovery file names.
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

--- Whether a problem means that no service runs: no discovery file, or a leftover one. Its port may belong
-- to another program now, which cannot prove that it is the service.
function Daemon.is_absent(problem)
  return problem.code == "daemon.absent" or problem.code == "transport.refused" or problem.code == "transport.unproven"
end

local function execute(command)
  Log.info("start: " .. command)
  return Command.exit_code(sdk.Tasks.execute(command), sdk.windows)
end

local function number_in(file)
  if sdk.FileUtils.exists(file) ~= "file" then return nil end
  local read, text = sdk.Tasks.pcall(sdk.FileUtils.readFile, file)
  return read and tonumber(text:match "%d+") or nil
end

-- A service of the system: its process is not known to the plug-in.
local function by_system()
  return {
    start = function() return execute(Command.service(sdk.windows)) == 0 end,
    is_running = function() return true end,
    log = Places.service_log(),
  }
end

-- A separate program. Its shell returns before it has begun, so its process is checked.
local function by_itself(words)
  local log, process = Places.start_log(), Places.start_process()
  return {
    start = function()
      if sdk.FileUtils.exists(process) then sdk.FileUtils.delete(process) end
      return execute(Command.background(words, log, process, sdk.windows)) == 0
    end,
    is_running = function()
      local number = number_in(process)
      if not number then return true end
      return Command.exit_code(sdk.Tasks.execute(Command.is_running(number)), sdk.windows) == 0
    end,
    log = log,
  }
end

--- The ways to start it, best first.
local function ways()
  local found = {}
  if sdk.FileUtils.exists(Places.service_file()) == "file" then found[1] = by_system() end
  local words = Places.command()
  if words then
    for _, word in ipairs { "serve", "--idle-exit", "3600" } do words[#words + 1] = word end
    found[#found + 1] = by_itself(words)
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

local function last_words(log)
  if sdk.FileUtils.exists(log) ~= "file" then return nil end
  local read, text = sdk.Tasks.pcall(sdk.FileUtils.readFile, log)
  return read and text:match("([^\r\n]+)%s*$") or nil
end

local function did_not_start(way, ended)
  local said = last_words(way.log)
  local advice = LOC(
    "$$$/Couloir/Error/NotStarted/Do=Run ^1 in a terminal to see what it says, or make a diagnostic report.", "couloir doctor"
  )
  if said then advice = LOC("$$$/Couloir/Error/NotStarted/Said=It said: ^1", said) .. "\n" .. advice end
  local message = ended and LOC "$$$/Couloir/Error/StartEnded=Couloir's service was started, but ended at once."
    or LOC("$$$/Couloir/Error/NotStarted=Couloir's service was started, but did not answer within ^1 seconds.", Daemon.PATIENCE)
  return Protocol.problem("daemon.not-started", message, advice)
end

-- Waits until it answers. Returns nil when it does not within this many seconds, or when its process has ended.
local function wait(scope, way, patience)
  local began = sdk.Date.currentTime()
  local looked, ended, left = began, false
  repeat
    if scope:isCanceled() then return nil, Protocol.canceled() end
    local client, answer = Daemon.meet()
    if client then return client, answer end
    if not Daemon.is_absent(answer) then return nil, answer end
    -- A process that has ended may have found another one starting: that one answers now, or none does.
    if ended then return nil, nil, true end
    local now = sdk.Date.currentTime()
    if now - looked >= LOOK then
      ended, looked = not way.is_running(), now
    end
    left = patience - (now - began)
    scope:setPortionComplete(patience - left, patience)
    sdk.Tasks.sleep(POLL)
  until left <= 0
  return nil
end

--- Starts the service, as the system's background service where it is installed, else as a separate program. A
-- registered service that does not answer gets less time while there is another way.
-- @treturn table a client and the service's hello; or nil and a problem
function Daemon.start()
  local found = ways()
  if #found == 0 then return nil, not_installed() end
  return Progress.with(LOC "$$$/Couloir/Start/Progress=Starting Couloir's service", function(scope)
    local failed, has_ended
    for index, way in ipairs(found) do
      failed = way
      if way.start() then
        local client, answer, ended = wait(scope, way, index < #found and Daemon.SHORT_PATIENCE or Daemon.PATIENCE)
        if client or answer then return client, answer end
        has_ended = ended
        Log.trouble("a start led to nothing; its log: " .. tostring(last_words(way.log)))
      end
    end
    return nil, did_not_start(failed, has_ended)
  end, { modal = true })
end

--- The service, started if needed and if the user agrees.
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
