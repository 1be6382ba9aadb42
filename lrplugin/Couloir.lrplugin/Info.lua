-- What Lightroom reads when it loads the plug-in. Pure data: its environment has neither `import` nor `require`.
local rederive = {
  title = LOC "$$$/Couloir/Menu/Rederive=Re-derive adjustments from Aperture",
  file = "RederiveMenu.lua",
}
local import_library = {
  title = LOC "$$$/Couloir/Menu/Import=Import from Aperture",
  file = "ImportMenu.lua",
}
local teach = { title = LOC "$$$/Couloir/Menu/Teach=Teach Couloir from my edit", file = "TeachMenu.lua" }
local marks = { title = LOC "$$$/Couloir/Menu/Marks=Gather photos marked in the report", file = "MarksMenu.lua" }
local remove = { title = LOC "$$$/Couloir/Menu/Remove=Remove what this import added", file = "RemoveMenu.lua" }
local report = { title = LOC "$$$/Couloir/Menu/Report=Show report of the last import", file = "ReportMenu.lua" }

return {
  LrSdkVersion = 14.0,
  LrSdkMinimumVersion = 10.0,
  -- Never change it: the custom metadata in users' catalogs is kept under this name.
  LrToolkitIdentifier = "org.couloir.lightroom",
  LrPluginName = LOC "$$$/Couloir/Name=Couloir",
  LrMetadataProvider = "MetadataProvider.lua",

  -- Under File, too, because the Library menu is only there in the Library module.
  LrLibraryMenuItems = { import_library, rederive, teach, report, marks, remove },
  LrExportMenuItems = { import_library, rederive, teach, report, marks, remove },
  LrHelpMenuItems = {
    { title = LOC "$$$/Couloir/Menu/Settings=Settings and service", file = "SettingsMenu.lua" },
    { title = LOC "$$$/Couloir/Menu/Diagnostics=Make diagnostic report", file = "DiagnosticsMenu.lua" },
  },

  VERSION = { major = 0, minor = 1, revision = 0, build = 0, display = "0.1.0" },
}
