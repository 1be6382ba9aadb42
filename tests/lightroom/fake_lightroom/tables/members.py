"""Every module and member of the Lightroom Classic SDK 14.3, one word a member.

A word is `name`, then `.` (a function of the module) or `:` (a method), the number of arguments (`2`, `1-3`, `0-*`;
`self` is not counted), letters for what the call demands, and `@version` where it came with version 6 or later. A word
that starts with `=` is a property.

Letters: t a task, w the write gate, p the private gate is enough, u may be called on an object made in the same gate,
d the Develop module.
"""

from __future__ import annotations

MEMBERS = {
    "LrApplication": """
        activeCatalog.0 addDevelopPresetForPlugin.3 appStoreReceiptHash.0 backupAtNextShutdown.0-1
        developPresetByUuid.1 developPresetFolders.0 filenamePresets.0 getDevelopPresetsForPlugin.1-2
        macAddressHash.0 metadataPresets.0 purchaseSource.0 serialNumberHash.0 shutdown.0@14.3 versionString.0
        versionTable.0 viewFilterPresets.0
    """,
    "LrApplicationView": """
        cycleLoupeViewInfo.0@7.4 fullscreenHidePanels.0@7.4 fullscreenPreview.0@7.4 getCurrentModuleName.0@6.0
        getSecondaryViewName.0@6.0 gridView.0@7.4 gridViewStyle.0@7.4 isSecondaryDisplayOn.0@6.0
        nextScreenMode.0@7.4 showSecondaryView.1@6.0 showView.1@6.0 switchToModule.1@6.0 toggleLoupe.0@7.4
        toggleSecondaryDisplay.0@6.0 toggleSecondaryDisplayFullscreen.0@6.0 toggleZoom.0@6.0 zoomIn.0@6.0
        zoomInSome.0@6.0 zoomOut.0@6.0 zoomOutSome.0@6.0 zoomToOneToOne.0@10.0
    """,
    "LrBinding": """
        andAllKeys.1-2 =kUnsupportedDirection keyEquals.2-3 keyIsNil.1-2 keyIsNot.2-3 keyIsNotNil.1-2
        makePropertyTable.1 negativeOfKey.1-2 orAllKeys.1-2
    """,
    "LrCatalog": """
        addPhoto:1-5w assertHasPrivateWriteAccess:0-1 assertHasWriteAccess:0-1 batchGetFormattedMetadata:2
        batchGetPropertyForPlugin:3 batchGetRawMetadata:2 buildSmartPreviews:1t createCollection:1-3w
        createCollectionSet:1-3w createKeyword:1-5w createSmartCollection:2-4w createVirtualCopies:0-1t
        deleteAllEmptyMasks:1w@14.0 findPhotoByPath:1-2t findPhotoByUuid:1t findPhotos:1t
        findPhotosWithProperty:2-3t getActiveSources:0 getAllPhotos:0t getChildCollectionSets:0t
        getChildCollections:0t getCollectionByLocalIdentifier:1t getCurrentViewFilter:0 getFolderByPath:1t
        getFolders:0 getKeywords:0t getKeywordsByLocalId:1t getLabelMapToColorName:0t
        getMultipleSelectedOrAllPhotos:0 getPath:0 getPhotoByLocalId:1 getPropertyForPlugin:2
        getPublishServices:0-1t getPublishedCollectionByLocalIdentifier:0-1 getTargetPhoto:0 getTargetPhotos:0
        =hasPrivateWriteAccess =hasWriteAccess =kAllPhotos =kLastCatalogExport =kPreviousImport
        =kQuickCollectionIdentifier =kTargetCollection =kTemporaryImages setActiveSources:1
        setPropertyForPlugin:2-3pw setSelectedPhotos:2 setViewFilter:1
        triggerImportFromPathWithPreviousSettings:0-1 triggerImportUI:1 type:0 updateAISettings:1w@13.3
        withPrivateWriteAccessDo:1-2t withProlongedWriteAccessDo:1-2 withReadAccessDo:1 withWriteAccessDo:2-3t
    """,
    "LrCollection": """
        addPhotos:1uw =catalog delete:0uw getName:0t getParent:0t getPhotos:0t getSearchDescription:0t
        isSmartCollection:0t =localIdentifier removeAllPhotos:0uw removePhotos:1uw setName:1uw setParent:0-1uw
        setSearchDescription:1uw type:0
    """,
    "LrCollectionSet": """
        =catalog delete:0uw getChildCollectionSets:0t getChildCollections:0t getChildren:0t getName:0t
        getParent:0t =localIdentifier setName:1uw setParent:0-1uw type:0
    """,
    "LrColor": "alpha:0 blue:0 green:0 red:0 type:0",
    "LrDate": """
        currentTime.0 formatLongDate.1 formatMediumDate.1 formatMediumTime.1 formatShortDate.1 formatShortTime.1
        timeFromComponents.6-7 timeFromPosixDate.1 timeToIsoDate.1 timeToPosixDate.1 timeToUserFormat.2-3
        timeToW3CDate.1 timeZone.0 timestampToComponents.1-2
    """,
    "LrDevelopController": """
        addAdjustmentChangeObserver.0-3d@6.0 addPointColorSwatch.0-2d@13.2 addToCurrentMask.0-2d@11.0
        countAllSpots.0d@14.1 createNewMask.0-2d@11.0 decrement.0-2d@6.0 deleteMask.0-2d@11.0
        deleteMaskTool.0-2d@11.0 deletePointColorSwatch.0-3d@13.2 deleteSelectedSpot.0d@14.1
        deleteSelectedVariation.0d@14.1 duplicateAndInvertMask.0-2d@11.4 editInPhotoshop.0@7.4
        getActiveColorGradingView.0d@10.0 getAllMasks.0d@11.0 getAllSpots.0d@14.1 getProcessVersion.0d@6.0
        getRange.0-1d@6.0 getRemovePanelPreferences.0@14.1 getSelectedLensBlurBokeh.0d@13.3
        getSelectedMask.0d@11.0 getSelectedMaskTool.0d@11.0 getSelectedPointColorSwatchIndex.0-1d@13.2
        getSelectedSpotIndex.0d@14.1 getSelectedSpotParams.0d@14.1 getSelectedSpotType.0d@14.1
        getSelectedTool.0d@6.0 getValue.0-1d@6.0 goToDevelopGraduatedFilter.0@7.4 goToDevelopRadialFilter.0@7.4
        goToEyeCorrection.0-1@14.1 goToHealing.0@12.0 goToMasking.0@11.0 goToRemove.0-1@14.1
        goToSpotRemoval.0@7.4 gotoNextVariation.0d@14.1 gotoPreviousVariation.0d@14.1 increment.0-2d@6.0
        intersectWithCurrentMask.0-2d@11.0 invertMask.0-2d@11.4 moveSelectedSpot.0-5d@14.1
        refreshSelectedSpot.0d@14.1 resetAllDevelopAdjustments.0d@6.0 resetBrushing.0d@6.0
        resetCircularGradient.0d@6.0 resetCrop.0d@6.0 resetGradient.0d@6.0 resetHealing.0d@12.0
        resetMasking.0d@11.0 resetRedeye.0d@6.0 resetSpotRemoval.0d@6.0 resetToDefault.0-1d@6.0
        resetTransforms.0d@6.6 revealAdjustedControls.0-1d@6.0 revealPanel.0-2d@6.0
        revealPanelIfVisible.0-2d@8.1 selectMask.0-2d@11.0 selectMaskTool.0-2d@11.0
        selectPointColorSwatch.0-2d@13.2 selectTool.0-1d@6.0 setActiveColorGradingView.0-1d@10.0
        setAutoTone.0@7.4 setAutoWhiteBalance.0@7.4 setLensBlurBokeh.0-1d@13.3
        setMultipleAdjustmentThreshold.0-1d@6.0 setProcessVersion.0-1d@6.0 setRemovePanelPreferences.0-1@14.1
        setSelectedSpotIndex.0-1d@14.1 setSelectedSpotParams.0-1d@14.1 setSelectedSpotType.0-2d@14.1
        setTrackingDelay.0-1d@6.0 setValue.0-3d@6.0 showClipping.0d@7.4 startTracking.0-1d@6.0
        stopTracking.0-1d@6.0 subtractFromCurrentMask.0-2d@11.0 toggleHideMask.0-2d@11.0
        toggleHideMaskTool.0-2d@11.0 toggleInvertMaskTool.0-2d@11.0 toggleLensBlurDepthVisualization.0d@13.3
        toggleOverlay.0@7.4 togglePointColorRangeVisualization.0-1@13.2 updateSelectedPointColorSwatch.0-2d@13.2
    """,
    "LrDevelopPreset": "getFile:0 getName:0 getParent:0 getSetting:0 getUuid:0 type:0",
    "LrDevelopPresetFolder": "getDevelopPresets:0 getName:0 getPath:0 type:0",
    "LrDialogs": """
        attachErrorDialogToFunctionContext.1 confirm.1-5 message.1-3 messageWithDoNotShow.1
        presentFloatingDialog.2 presentModalDialog.1 promptForActionWithDoNotShow.1 resetDoNotShowFlag.1
        runOpenPanel.1 runSavePanel.1 showBezel.1-2 showError.1 showModalProgressDialog.1 stopModalWithResult.2
    """,
    "LrDigest": "digest.2-3 init.0 reset:0 update:1",
    "LrErrors": "isCanceledError.1 throwCanceled.0 throwUserError.1",
    "LrExportContext": """
        configureProgress:0-1 =exportSession =propertyTable =publishService =publishedCollection
        =publishedCollectionInfo renditions:0-1 startRendering:0
    """,
    "LrExportRendition": """
        =destinationPath =photo =publishedPhotoId recordPublishedPhotoId:0-1 recordPublishedPhotoUrl:0-1
        renditionIsDone:1-2 skipRender:0 type:0 uploadFailed:0-1 waitForRender:0 =wasSkipped
    """,
    "LrExportSession": """
        =catalog countRenditions:0 doExportOnCurrentTask:0 doExportOnNewTask:0 photosToExport:0
        recordRemoteCollectionId:0-1 recordRemoteCollectionUrl:0-1 removePhoto:1 renditions:0-1
        renditionsForFilter:0-1 type:0
    """,
    "LrExportSettings": """
        addVideoExportPresets.0-2 applyVideoExportPreset.0-2 extensionForFormat.0-1 removeVideoExportPreset.0-2
        supportableVideoExportFormats.0 videoExportPresets.0 videoExportPresetsForPlugin.0-1
    """,
    "LrFileUtils": """
        chooseUniqueFileName.1 copy.2 createAllDirectories.1 createDirectory.1 delete.1 directoryEntries.1
        exists.1 fileAttributes.1 files.1 hasNoVisibleFiles.1 isDeletable.1 isEmptyDirectory.1 isReadable.1
        isWritable.1 makeFileWritable.1 move.2 moveToTrash.1 pathsAreOnSameVolume.2 readFile.1
        recursiveDirectoryEntries.1 recursiveFiles.1 resolveAlias.1 resolveAllAliases.1 volumeAttributes.1
    """,
    "LrFilterContext": "=propertyTable renditions:0-1 =renditionsToSatisfy =sourceExportSession",
    "LrFolder": "=catalog getChildren:0 getName:0 getParent:0 getPath:0 getPhotos:0-1 type:0",
    "LrFtp": """
        appendFtpPaths.0-2 =connected =create disconnect:0t exists:0-1t ftpPathValidator.0-2 getContents:0-1t
        makeDirectory:0-1t makeFtpPresetPopup.0-1 pRemoveDirectory:0-1 pRemoveFile:0-1 =passive =password =path
        =port =protocol putFile:0-2t queryForPasswordIfNeeded.0-1 removeDirectory:0-1t removeFile:0-1t =server
        toTable:0 =username
    """,
    "LrFunctionContext": """
        addCleanupHandler:1 addFailureHandler:1 addOperationTitleForError:1 callWithContext.2-*
        callWithContext_noyield.2-* callWithEmptyEnvironment.1-* callWithEnvironment.2-* pcallWithContext.2-*
        pcallWithContext_noyield.2-* pcallWithEmptyEnvironment.1-* pcallWithEnvironment.2-*
        postAsyncTaskWithContext.2
    """,
    "LrHttp": "get.1-3 openUrlInBrowser.1 parseCookie.1-2 post.2-6 postMultipart.2-6",
    "LrKeyword": """
        =catalog getAttributes:0 getChildren:0t getName:0t getParent:0t getPhotos:0t getSynonyms:0t
        =localIdentifier setAttributes:1uw setParent:0-1uw@13.0 type:0
    """,
    "LrLocalization": "currentLanguage.0 encodeUtf8Character.1 translateForPlugin.2-*",
    "LrLogger": """
        debug:0-* debugf:0-* disable:0 enable:1 error:0-* errorf:0-* fatal:0-* fatalf:0-* info:0-* infof:0-*
        quick:0-* quickf:0-* trace:0-* tracef:0-* type:0 warn:0-* warnf:0-*
    """,
    "LrMD5": "digest.1",
    "LrMath": "bitAnd.2 bitOr.2 bitXor.2",
    "LrObservableTable": "addObserver:2-3 pairs:0 removeObserver:1-2",
    "LrPasswords": "retrieve.1-3 store.2-4",
    "LrPathUtils": """
        addExtension.2 child.2 extension.1 getStandardFilePath.1 isAbsolute.1 isRelative.1 leafName.1
        makeAbsolute.2 makeRelative.2 maxPathLength.0 parent.1 removeExtension.1 replaceExtension.2
        standardizePath.1
    """,
    "LrPhoto": """
        addKeyword:1uw addOrRemoveFromTargetCollection:0@7.4 applyDevelopPreset:1-4w
        applyDevelopSettings:1-3w@6.0 applyDevelopSnapshot:1w applyMetadataPreset:1w buildSmartPreview:0t
        =catalog checkPhotoAvailability:0t copySettings:0t@10.3 createDevelopSnapshot:1-2w
        deleteDevelopSnapshot:1w deleteSmartPreview:0 getContainedCollections:0t
        getContainedPublishedCollections:0t getDevelopSettings:0t getDevelopSnapshots:0
        getFormattedMetadata:0-1t getNameViaPreset:3t getPropertyForPlugin:2-4t getRawMetadata:0-1t
        =localIdentifier openExportDialog:0@7.4 openExportWithPreviousDialog:0@7.4 pasteSettings:0-1@10.3
        quickDevelopAdjustImage:0-2@7.4 quickDevelopAdjustWhiteBalance:0-2@7.4 quickDevelopCropAspect:0-1@7.4
        quickDevelopSetTreatment:0-1@7.4 quickDevelopSetWhiteBalacne:0-1@7.4 quickDevelopSetWhiteBalance:0-1@7.4
        removeKeyword:1uw requestJpegThumbnail:3t rotateLeft:0@7.4 rotateRight:0@7.4 setPropertyForPlugin:2-4pw
        setRawMetadata:1-2w type:0 updateAISettings:0w@13.3
    """,
    "LrPhotoInfo": "fileAttributes.1",
    "LrPlugin": "=enabled hasResource:1 =id =path resourceId:1 type:0",
    "LrPrefs": "prefsForPlugin.0-1",
    "LrProgressScope": """
        attachToFunctionContext:1 cancel:0 done:0-1 getParentScope:0 getPortionComplete:0 isCancelable:0
        isCanceled:0 isDone:0 isIndeterminate:0 isLowUiPriority:0@8.4 isPausable:0@7.5 isPaused:0@7.5
        pause:0@7.5 setCancelable:1 setCaption:1 setIndeterminate:0 setLowUiPriority:1@8.4 setPausable:1-2@7.5
        setPortionComplete:1-2 type:0
    """,
    "LrPublishService": """
        =catalog createPublishedCollection:0-3w createPublishedCollectionSet:0-3w
        createPublishedSmartCollection:0-4w getChildCollectionSets:0t getChildCollections:0t getName:0t
        getPluginId:0t getPublishSettings:0t =localIdentifier type:0
    """,
    "LrPublishedCollection": """
        addPhotoByRemoteId:0-4uw addPhotos:0-1uw addPublishedPhotos:0-1uw =catalog delete:0uw
        getCollectionInfoSummary:0t getName:0t getParent:0t getPhotos:0t getPublishedPhotos:0t getRemoteId:0t
        getRemoteUrl:0t getSearchDescription:0 getService:0t isSmartCollection:0t =localIdentifier
        publishNow:0-1 removeAllPhotos:0uw removePhotos:0-1uw setCollectionSettings:0-1uw setName:0-1uw
        setParent:0-1uw setRemoteId:0-1uw setRemoteUrl:0-1uw setSearchDescription:0-1uw type:0
    """,
    "LrPublishedCollectionSet": """
        =catalog delete:0uw getChildCollectionSets:0t getChildCollections:0t getChildren:0t
        getCollectionSetInfoSummary:0t getName:0t getParent:0t getRemoteId:0t getRemoteUrl:0t getService:0t
        =localIdentifier setCollectionSetSettings:0-1uw setName:0-1uw setParent:0-1uw setRemoteId:0-1uw
        setRemoteUrl:0-1uw type:0
    """,
    "LrPublishedPhoto": """
        =catalog getEditedFlag:0 getPhoto:0 getPublishCount:0 getRemoteId:0 getRemoteUrl:0 setEditedFlag:0-1pw
        setRemoteId:0-1pw setRemoteUrl:0-1pw type:0
    """,
    "LrRecursionGuard": "=active performWithGuard:1-*",
    "LrSelection": """
        clearLabels.0@6.0 decreaseRating.0@6.0 deselectActive.0@6.0 deselectOthers.0@6.0 extendSelection.2@6.0
        flagAsPick.0@6.0 flagAsReject.0@6.0 getColorLabel.0@6.0 getFlag.0@6.0 getRating.0@6.0
        increaseRating.0@6.0 nextPhoto.0@6.0 previousPhoto.0@6.0 removeFlag.0@6.0 removeFromCatalog.0@14.3
        selectAll.0@6.0 selectFirstPhoto.0@6.0 selectInverse.0@6.0 selectLastPhoto.0@6.0 selectNone.0@6.0
        setColorLabel.1@6.0 setRating.1@6.0 toggleBlueLabel.0@6.0 toggleGreenLabel.0@6.0 togglePurpleLabel.0@6.0
        toggleRedLabel.0@6.0 toggleYellowLabel.0@6.0
    """,
    "LrShell": "openFilesInApp.2 openPathsViaCommandLine.2-3 revealInShell.1",
    "LrSlideshow": "startSlideshow.0@6.0 stopSlideshow.0@6.0",
    "LrSocket": "bind.0-1@6.0 close:0@6.0 reconnect:0@6.0 send:0-1@6.0 type:0@6.0",
    "LrSounds": "getSystemSounds.0t@6.0 playSystemSound.0-1t@6.0",
    "LrStringUtils": """
        byteString.1-2 compareStrings.2-3 decodeBase64.1 encodeBase64.1 isOnlyAscii.1 localizedStringSort.1
        lower.1 numberToString.1-2 numberToStringWithSeparators.1-2 trimWhitespace.1 truncate.2 upper.1
    """,
    "LrSystemInfo": """
        appWindowSize.0 architecture.0 displayInfo.0 ipAddress.0@6.0 is64Bit.0 isGCOptimizationEnabled.0
        isSyncEnabled.0 memSize.0 numCPUs.0 osVersion.0 summaryString.0
    """,
    "LrTasks": """
        canYield.0 execute.1 pcall.1-* sleep.1 startAsyncTask.1-2 startAsyncTaskWithoutErrorHandler.1-2 yield.0
    """,
    "LrTether": """
        getAdvanceSelectionOnTetheredCapture.0@6.0 isTetherActive.0@6.0 numDownloadsPending.0@6.0
        setAdvanceSelectionOnTetheredCapture.0-1@6.0 startTether.0@6.0 stopTether.0@6.1 triggerCapture.0@6.0
        triggerCaptureBlocking.0t@6.0
    """,
    "LrUndo": "canRedo.0@6.0 canUndo.0@6.0 redo.0@6.0 undo.0@6.0",
    "LrVideoExportPreset": "extension:0 formatID:0 name:0 presetPath:0 targetInfo:0 type:0",
    "LrView": """
        bind.1 catalog_photo:1 checkbox:1 color_well:1 column:1 combo_box:1 conditionalItem.2 control_spacing:0
        dialog_spacing:0 edit_field:1 group_box:1 label_spacing:0 osFactory.0 password_field:1 picture:1
        popup_menu:1 push_button:1 radio_button:1 row:1 scrolled_view:1 separator:1 share.1 simple_list:1
        slider:1 spacer:1 static_text:1 tab_view:1 tab_view_item:1 view:1
    """,
    "LrWebViewFactory": """
        checkbox_and_color_row:0-1 checkbox_row:0-1 color_content_column:0-1 content_column:0-1
        content_section:0-1 header_section:0-1 header_section_label:0-1 identity_plate:0-1
        label_and_color_row:0-1 labeled_text_input:0-1 metadataModeControl:0-1 panel_content:0-1 popup_row:0-1
        row:0-1 row_column_picker:0-1 slider_content_column:0-1 slider_row:0-1 subdivided_sections:0-1
        warning_icon:0-1
    """,
    "LrXml": """
        append:0-1 attributes:0 beginBlock:0-2 childAtIndex:0-1 childCount:0 comment:0-1 createXmlBuilder.0-1
        endBlock:0 name:0 parseXml.0-1 serialize:0 tag:0-3 text:0 transform:0-1 type:0
    """,
}
