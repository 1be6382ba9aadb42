--- Lightroom's setting "Automatically write changes into XMP", which no plug-in can read.
--
-- Where originals are left inside an Aperture library, it would write into the library: into JPEG, TIFF and DNG files
-- themselves, and beside RAW files. So the user is asked first; then the first photo is added alone, and the plug-in
-- checks whether Lightroom writes before it adds the next one.
local sdk = require "Sdk"
local Protocol = require "Protocol"

local AutoWrite = {}

--- Seconds within which Lightroom would begin to write.
AutoWrite.PATIENCE = 10
local POLL = 0.5
-- How many photos of a batch are checked.
local WATCHED = 3

--- Asks whether the setting is off, with the way to it.
-- @treturn boolean whether the user says that it is
function AutoWrite.ask()
  return sdk.Dialogs.confirm(
    LOC "$$$/Couloir/AutoWrite/Ask=Is Lightroom's setting 'Automatically write changes into XMP' off?",
    LOC "$$$/Couloir/AutoWrite/Why=If it is on, Lightroom writes into originals that are left where they are: into the Aperture library." .. "\n"
      .. LOC "$$$/Couloir/AutoWrite/Where=It is under Catalog Settings > Metadata (in the menu Lightroom Classic; on Windows in the menu Edit).",
    LOC "$$$/Couloir/AutoWrite/Off=It is off", LOC "$$$/Couloir/Button/Back=Back"
  ) == "ok"
end

local function sidecar_of(path) return sdk.PathUtils.replaceExtension(path, "xmp") end

-- The facts that show a write: the file's size and time, and whether it has a sidecar.
local function traces(path)
  local file = sdk.FileUtils.fileAttributes(path)
  local sidecar = sdk.FileUtils.fileAttributes(sidecar_of(path))
  return string.format(
    "%s %s %s", tostring(file.fileSize), tostring(file.fileModificationDate), tostring(sidecar.fileModificationDate)
  )
end

local Watch = {}
Watch.__index = Watch

--- Watches the originals of an import, if they are left where they are.
-- @tparam string originals how the import treats them
-- @tparam function canceled
function AutoWrite.watch(originals, canceled)
  return setmetatable({ on = originals == "reference", canceled = canceled, seen = {}, tried = false }, Watch)
end

--- The most photos of a batch: one, until it is known that Lightroom does not write.
function Watch:most(usual)
  return self.on and not self.tried and 1 or usual
end

--- Records the state of a batch's files before any of them is added.
function Watch:note(tasks)
  self.new = false
  if not self.on then return end
  for index = 1, math.min(#tasks, WATCHED) do
    local path = tasks[index].path
    if path ~= "" and not tasks[index].known and not self.seen[path] and sdk.FileUtils.exists(path) == "file" then
      self.seen[path], self.new = traces(path), true
    end
  end
end

local function written(self)
  for path, before in pairs(self.seen) do
    if traces(path) ~= before then return path end
  end
end

local function problem(path)
  return Protocol.problem(
    "xmp.automatic",
    LOC("$$$/Couloir/AutoWrite/Written=Lightroom has written into ^1 or beside it, and the originals were to be left as they are.", path),
    LOC "$$$/Couloir/AutoWrite/Written/Do=Turn off 'Automatically write changes into XMP' under Catalog Settings > Metadata before you go on."
  )
end

--- Whether Lightroom leaves the files unchanged: checked for some seconds after the first photo, once after each batch.
-- @treturn boolean true; or nil and a problem
function Watch:check()
  if not self.on then return true end
  local deadline = sdk.Date.currentTime() + AutoWrite.PATIENCE
  while self.new and not self.tried and not self.canceled() and sdk.Date.currentTime() < deadline do
    if written(self) then break end
    sdk.Tasks.sleep(POLL)
  end
  -- A batch that added nothing shows nothing.
  self.tried = self.tried or self.new
  local path = written(self)
  if path then return nil, problem(path) end
  return true
end

return AutoWrite
