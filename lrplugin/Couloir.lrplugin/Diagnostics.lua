--- A file that tells what somebody who helps needs to know. It holds no token, and no name of the user's folder.
local sdk = require "Sdk"
local Daemon = require "Daemon"
local Json = require "Json"
local Log = require "Log"
local Places = require "Places"
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

local function service()
  local client, answer = Daemon.meet()
  if not client then return "not met: " .. answer.code .. ": " .. answer.message end
  local health, problem = client:get("/v1/health")
  local text = "hello: " .. Json.encode(answer) .. "\nhealth: "
  return text .. (health and Json.encode(health) or problem.code .. ": " .. problem.message)
end

local function plain_replace(text, what, with)
  if what == nil or what == "" then return text end
  return (text:gsub(what:gsub("%p", "%%%0"), (with:gsub("%%", "%%%%"))))
end

-- The report is for strangers: neither who the user is nor how to get into the service.
local function anonymous(text)
  local place = Daemon.discover()
  text = plain_replace(text, place and place.token, "(token)")
  return plain_replace(text, sdk.PathUtils.getStandardFilePath("home"), "~")
end

--- The text of the report.
function Diagnostics.text()
  local program = Places.program()
  local parts = {
    "Couloir plug-in " .. Version.version .. ", interface " .. Version.api,
    sdk.SystemInfo.summaryString(),
    "Language: " .. sdk.Localization.currentLanguage(),
    "Program: " .. (program or "(not found)"),
    "Background service: " .. tostring(sdk.FileUtils.exists(Places.service_file())),
    "", "== Service", service(),
    "", "== Output of the last start", read(Places.start_log()),
    "", "== Log", newest_lines(read(Log.path())),
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
  local saved, problem = save(path, Diagnostics.text())
  if not saved then return nil, problem end
  sdk.Dialogs.message(
    LOC "$$$/Couloir/Diagnostics/Saved=The diagnostic report is saved.",
    LOC("$$$/Couloir/Diagnostics/Saved/Info=It is the file ^1. Read it before you send it to anybody.", path), "info"
  )
  sdk.Shell.revealInShell(path)
  return true
end

return Diagnostics
