--- Paths on this computer: the service's own folder, and the programs that start it.
local sdk = require "Sdk"
local Installed = require "Installed"

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

--- The file with which the background service is registered; it exists when the service is installed.
function Places.service_file()
  if sdk.windows then return below(Places.state_folder(), "couloir-task.xml") end
  return below(home(), "Library", "LaunchAgents", "org.couloir.service.plist")
end

--- The output of a service that the plug-in started; it shows why a start failed.
function Places.start_log() return below(sdk.PathUtils.getStandardFilePath("temp"), "couloir-start.log") end

--- The file with the id of the started process, in digits.
function Places.start_process() return below(sdk.PathUtils.getStandardFilePath("temp"), "couloir-start.pid") end

--- The output of a service that the system has started.
function Places.service_log() return below(Places.state_folder(), "logs", "service.log") end

-- A folder inside each of the folders in `parent`: of each Python version, the newest first.
local function in_each(parent, ...)
  if sdk.FileUtils.exists(parent) ~= "directory" then return {} end
  local found = {}
  -- The iterator must reach its end, or it keeps the folder open.
  for path in sdk.FileUtils.directoryEntries(parent) do found[#found + 1] = path end
  table.sort(found, function(a, b) return a > b end)
  for index, path in ipairs(found) do found[index] = below(path, ...) end
  return found
end

-- Where pip, pipx, uv, Homebrew, MacPorts, python.org's Python, a virtual environment and Couloir's installers put programs.
local function program_folders()
  local folders = { below(home(), ".local", "bin") }
  local function add(more)
    for _, folder in ipairs(more) do folders[#folders + 1] = folder end
  end
  if sdk.windows then
    local roaming, here = below(home(), "AppData", "Roaming"), below(home(), "AppData", "Local")
    add { below(here, "Programs", "Couloir") }
    add(in_each(below(roaming, "Python"), "Scripts"))
    add(in_each(below(here, "Programs", "Python"), "Scripts"))
    add { below(home(), ".venv", "Scripts"), below(home(), "couloir", ".venv", "Scripts") }
    return folders
  end
  add { "/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin" }
  add(in_each(below(home(), "Library", "Python"), "bin"))
  add(in_each("/Library/Frameworks/Python.framework/Versions", "bin"))
  add { below(home(), ".venv", "bin"), below(home(), "couloir", ".venv", "bin") }
  add { "/Applications/Couloir.app/Contents/MacOS", below(home(), "Applications", "Couloir.app", "Contents", "MacOS") }
  return folders
end

--- The first folder to search for a program: most are hidden, and a file dialog does not show them.
function Places.likely_folder()
  for _, folder in ipairs(program_folders()) do
    if sdk.FileUtils.exists(folder) == "directory" then return folder end
  end
end

--- The program `couloir`: the one chosen in the settings, else one in a usual place.
-- @treturn string its path; or nil
function Places.program()
  local chosen = sdk.prefs().program
  if type(chosen) == "string" and chosen ~= "" then
    return sdk.FileUtils.exists(chosen) == "file" and chosen or nil
  end
  local name = sdk.windows and "couloir.exe" or "couloir"
  for _, folder in ipairs(program_folders()) do
    local program = below(folder, name)
    if sdk.FileUtils.exists(program) == "file" then return program end
  end
end

-- The Python that ran the service the last time, which can run it again.
local function last_python()
  local python = sdk.prefs().last_python
  if type(python) == "string" and sdk.FileUtils.exists(python) == "file" then return python end
end

-- A copy, because its caller adds to it.
local function installed()
  local words = {}
  for index, word in ipairs(Installed.command or {}) do words[index] = word end
  if words[1] and sdk.FileUtils.exists(words[1]) == "file" then return words end
end

--- The words that start Couloir: the program chosen in the settings, else the one that installed this plug-in, one in a
-- usual place, or the Python that ran it the last time.
-- @treturn table the words; or nil
function Places.command()
  local chosen = sdk.prefs().program
  local is_chosen = type(chosen) == "string" and chosen ~= ""
  local words = not is_chosen and installed()
  if words then return words end
  local program = Places.program()
  if program then return { program } end
  local python = last_python()
  if python then return { python, "-m", "couloir" } end
end

return Places
