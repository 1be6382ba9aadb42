--- Where things are on this computer: the service's own folder, and the programs that start it.
local sdk = require "Sdk"

local Places = {}

local function below(folder, ...)
  for _, name in ipairs { ... } do folder = sdk.PathUtils.child(folder, name) end
  return folder
end

local function home() return sdk.PathUtils.getStandardFilePath("home") end

--- The folder that the service keeps its state in; the service computes the same from the user's home.
function Places.state_folder()
  if sdk.windows then return below(home(), "AppData", "Local", "couloir") end
  return below(home(), "Library", "Application Support", "couloir")
end

--- The file by which the running service is found.
function Places.discovery_file() return below(Places.state_folder(), "daemon.json") end

--- What the background service is registered with: there when it is installed.
function Places.service_file()
  if sdk.windows then return below(Places.state_folder(), "couloir-task.xml") end
  return below(home(), "Library", "LaunchAgents", "org.couloir.service.plist")
end

--- The output of a service that was started by the plug-in: it tells why a start failed.
function Places.start_log() return below(sdk.PathUtils.getStandardFilePath("temp"), "couloir-start.log") end

local function usual_programs()
  if sdk.windows then
    return {
      below(home(), ".local", "bin", "couloir.exe"),
      below(home(), "AppData", "Local", "Programs", "Couloir", "couloir.exe"),
    }
  end
  return { below(home(), ".local", "bin", "couloir"), "/opt/homebrew/bin/couloir", "/usr/local/bin/couloir" }
end

--- The program `couloir`: the one chosen in the settings, else one in a usual place.
-- @treturn string its path; or nil
function Places.program()
  local chosen = sdk.prefs().program
  if type(chosen) == "string" and chosen ~= "" then
    return sdk.FileUtils.exists(chosen) == "file" and chosen or nil
  end
  for _, program in ipairs(usual_programs()) do
    if sdk.FileUtils.exists(program) == "file" then return program end
  end
end

--- The Python that ran the service the last time, which can run it again.
function Places.last_python()
  local python = sdk.prefs().last_python
  if type(python) == "string" and sdk.FileUtils.exists(python) == "file" then return python end
end

return Places
