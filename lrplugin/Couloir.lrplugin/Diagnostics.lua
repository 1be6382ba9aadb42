--- The diagnostic report, a file for support. It holds no token, no name from a library or a catalog, and
-- no path but the program's.
local sdk = require "Sdk"
local Daemon = require "Daemon"
local Json = require "Json"
local Log = require "Log"
local Places = require "Places"
local Probes = require "Probes"
local Protocol = require "Protocol"
local Version = require "Version"

local Diagnostics = {}

local LOG_LINES = 300

local function read(path)
  if sdk.FileUtils.exists(path) ~= "file" then return "(none)" end
  local ok, text = sdk.Tasks.pcall(sdk.FileUtils.readFile, path)
  return ok and text or "(cannot be read: " .. tostring(text) .. ")"
end

local function newest_lines(text)
  local lines = {}
  for line in text:gmatch "[^\r\n]+" do lines[#lines + 1] = line end
  return table.concat(lines, "\n", math.max(1, #lines - LOG_LINES + 1), #lines)
end

-- Where a path begins: a drive, a server, a home folder or the root, but not within a word or another path.
local BEGINNINGS = { "()%a:[\\/]", "()\\\\", "()~[\\/]", "()/[^%s/]" }
-- The service's own addresses begin like a path.
local OWN = { "^/v1/", "^/report/", "^/ping" }

local function is_own(rest)
  for _, address in ipairs(OWN) do
    if rest:find(address) then return true end
  end
  return false
end

local function first_path(line)
  local first
  for _, beginning in ipairs(BEGINNINGS) do
    local from = 1
    while true do
      local at = line:match(beginning, from)
      if not at or (first and at >= first) then break end
      local before = line:sub(at - 1, at - 1)
      if not before:find "[%w/\\%.%]]" and not is_own(line:sub(at)) then
        first = at
        break
      end
      from = at + 1
    end
  end
  return first
end

--- The text without names that the log marks, and each line only up to its first path: names may hold spaces and any
-- characters, so the end of a path cannot be found. Pure.
-- @tparam string text
function Diagnostics.without_names(text)
  local plain = text:gsub("\194\171.-\194\187", "[name]")
  return (plain:gsub("[^\n]+", function(line)
    local at = first_path(line)
    return at and line:sub(1, at - 1) .. "[path]" or line
  end))
end

local function harmless(value)
  if type(value) == "string" then return Diagnostics.without_names(value) end
  if type(value) ~= "table" or value == Json.null then return value end
  local plain = Json.is_array(value) and Json.array {} or {}
  for key, each in pairs(value) do plain[key] = harmless(each) end
  return plain
end

local function service()
  local client, answer = Daemon.meet()
  if not client then return "not met: " .. answer.code .. ": " .. Diagnostics.without_names(answer.message) end
  local health, problem = client:get("/v1/health")
  for _, library in ipairs(health and health.libraries or {}) do library.name = nil end
  local text = "hello: " .. Json.encode(harmless(answer)) .. "\nhealth: "
  if health then return text .. Json.encode(harmless(health)) end
  return text .. problem.code .. ": " .. Diagnostics.without_names(problem.message)
end

local function plain_replace(text, what, with)
  if what == nil or what == "" then return text end
  return (text:gsub(what:gsub("%p", "%%%0"), (with:gsub("%%", "%%%%"))))
end

-- The report must not show who the user is, nor the token of the service.
local function anonymous(text)
  local place = Daemon.discover()
  text = plain_replace(text, place and place.token, "(token)")
  return plain_replace(text, sdk.PathUtils.getStandardFilePath("home"), "~")
end

--- The text of the report.
-- @tparam[opt] table behaviour the results of the probes of this Lightroom, an array of texts
function Diagnostics.text(behaviour)
  local program = Places.program()
  local parts = {
    "Couloir plug-in " .. Version.version .. ", interface " .. Version.api,
    sdk.SystemInfo.summaryString(),
    "Language: " .. sdk.Localization.currentLanguage(),
    "Program: " .. (program or "(not found)"),
    "Background service: " .. tostring(sdk.FileUtils.exists(Places.service_file())),
    "", "== Service", service(),
    "", "== Output of the last start", Diagnostics.without_names(read(Places.start_log())),
    "", "== How this Lightroom behaves", Diagnostics.without_names(table.concat(behaviour or { "(not tried)" }, "\n")),
    "", "== Log", Diagnostics.without_names(newest_lines(read(Log.path()))),
  }
  return anonymous(table.concat(parts, "\n")) .. "\n"
end

local function save(path, text)
  local file, why = io.open(path, "wb")
  if not file then
    return nil, Protocol.problem(
      "diagnostics.unwritable",
      LOC("$$$/Couloir/Diagnostics/Unwritable=The report could not be written (^1).", tostring(why)),
      LOC "$$$/Couloir/Diagnostics/Unwritable/Do=Choose another folder, and on Windows a name with the letters A to Z only."
    )
  end
  file:write(text)
  file:close()
  return true
end

--- The menu item.
-- @return true; or nil and a problem
function Diagnostics.run()
  local path = sdk.Dialogs.runSavePanel {
    title = LOC "$$$/Couloir/Diagnostics/Save=Save the diagnostic report",
    prompt = LOC "$$$/Couloir/Button/Save=Save",
    requiredFileType = "txt", canCreateDirectories = true,
  }
  if not path then return nil, Protocol.canceled() end
  local behaviour = Probes.ask() and Probes.lines() or nil
  local saved, problem = save(path, Diagnostics.text(behaviour))
  if not saved then return nil, problem end
  sdk.Dialogs.message(
    LOC "$$$/Couloir/Diagnostics/Saved=The diagnostic report is saved.",
    LOC("$$$/Couloir/Diagnostics/Saved/Info=It is the file ^1. Read it before you send it to anybody.", path), "info"
  )
  sdk.Shell.revealInShell(path)
  return true
end

return Diagnostics
