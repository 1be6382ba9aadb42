; An installer for the current user, without administrator rights. Compiled by makensis on Windows, Linux and macOS with
; -DVERSION=, -DFOLDER= (the bundle), -DLICENCE= and -DOUT=.
Unicode true
RequestExecutionLevel user
SetCompressor /SOLID lzma
ManifestDPIAware true
!include MUI2.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Couloir"
Name "Couloir ${VERSION}"
OutFile "${OUT}"
; The plug-in looks for the program here, so the user is not asked for another folder.
InstallDir "$LOCALAPPDATA\Programs\Couloir"

!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var HadService

Section
  StrCpy $HadService 0
  IfFileExists "$INSTDIR\couloir.exe" 0 fresh
    IfFileExists "$LOCALAPPDATA\couloir\couloir-task.xml" 0 +2
      StrCpy $HadService 1
    StrCmp $HadService 1 0 +2
      nsExec::ExecToLog '"$INSTDIR\couloir.exe" service uninstall'
    RMDir /r "$INSTDIR\_internal" ; files of an older version
  fresh:
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\Couloir (command line).lnk" "$SYSDIR\cmd.exe" '/k "set PATH=$INSTDIR;%PATH%"' "$INSTDIR\couloir.exe"
  WriteRegStr HKCU "${KEY}" DisplayName "Couloir"
  WriteRegStr HKCU "${KEY}" DisplayVersion "${VERSION}"
  WriteRegStr HKCU "${KEY}" Publisher "The Couloir developers"
  WriteRegStr HKCU "${KEY}" InstallLocation "$INSTDIR"
  WriteRegStr HKCU "${KEY}" UninstallString '"$INSTDIR\uninstall.exe"'
  WriteRegDWORD HKCU "${KEY}" NoModify 1
  WriteRegDWORD HKCU "${KEY}" NoRepair 1
  StrCmp $HadService 1 0 +2
    nsExec::ExecToLog '"$INSTDIR\couloir.exe" service install'
  nsExec::ExecToLog '"$INSTDIR\couloir.exe" plugin install'
  Pop $0
  StrCmp $0 0 installed
    MessageBox MB_OK|MB_ICONEXCLAMATION "Couloir is installed, but its plug-in could not be put into Lightroom's folder; the list of this installer says why." /SD IDOK
    Goto done
  installed:
    DetailPrint "Restart Lightroom: Couloir is then in Library > Plug-in Extras."
  done:
SectionEnd

Section Uninstall
  nsExec::ExecToLog '"$INSTDIR\couloir.exe" service uninstall'
  nsExec::ExecToLog '"$INSTDIR\couloir.exe" plugin uninstall'
  ; Only what was installed: a user may keep files beside it.
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\couloir.exe"
  Delete "$INSTDIR\couloirw.exe"
  Delete "$INSTDIR\README.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Couloir (command line).lnk"
  DeleteRegKey HKCU "${KEY}"
SectionEnd
