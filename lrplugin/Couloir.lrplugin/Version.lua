--- The plug-in's version. Written by scripts/build_plugin.py from the package's version.
return {
  version = "0.1.0",
  --- The version of the service's interface that this plug-in uses.
  api = 1,
}
