# SPDX-License-Identifier: MIT
# What `make install`, the .deb and the tarball put where. Paths that stand inside files (the unit's
# ExecStart) and everything that the program tells about itself (man page, completions) are made at
# install time, because only then is the prefix known.
if(NOT TARGET geond)
  return()
endif()

install(TARGETS geond RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# A model is a folder with a model.json; the recipe beside them is not installed.
file(GLOB model_manifests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/models/*/model.json)
foreach(manifest IN LISTS model_manifests)
  cmake_path(GET manifest PARENT_PATH model_folder)
  install(DIRECTORY ${model_folder} DESTINATION ${CMAKE_INSTALL_DATADIR}/geond/models
          FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endforeach()

file(GLOB documents CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/*.md)
install(FILES ${CMAKE_SOURCE_DIR}/NOTICE ${CMAKE_SOURCE_DIR}/models/training/ATTRIBUTIONS.md ${documents}
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
file(GLOB doc_pictures CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/images/*)
if(doc_pictures)
  install(FILES ${doc_pictures} DESTINATION ${CMAKE_INSTALL_DOCDIR}/images)
endif()
install(FILES ${CMAKE_SOURCE_DIR}/packaging/monitoring/geond.rules.yml
              ${CMAKE_SOURCE_DIR}/packaging/monitoring/geond-dashboard.json
        DESTINATION ${CMAKE_INSTALL_DATADIR}/geond/monitoring)

install(FILES ${CMAKE_SOURCE_DIR}/packaging/systemd/geond.socket
              ${CMAKE_SOURCE_DIR}/packaging/systemd/geond-backup.timer
        DESTINATION lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/systemd/geond.sysusers
        DESTINATION lib/sysusers.d RENAME geond.conf)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/systemd/geond.tmpfiles
        DESTINATION lib/tmpfiles.d RENAME geond.conf)

set(geond_install_variables
  "set(GEOND_SOURCE [==[${CMAKE_SOURCE_DIR}]==])
   set(GEOND_BUILD [==[${CMAKE_BINARY_DIR}]==])
   set(GEOND_PROGRAM [==[$<TARGET_FILE:geond>]==])
   set(GEOND_VERSION [==[${PROJECT_VERSION}]==])
   set(GEOND_BINDIR [==[${CMAKE_INSTALL_BINDIR}]==])
   set(GEOND_DATADIR [==[${CMAKE_INSTALL_DATADIR}]==])
   set(GEOND_DOCDIR [==[${CMAKE_INSTALL_DATADIR}/doc/geond]==])
   set(GEOND_MANDIR [==[${CMAKE_INSTALL_DATADIR}/man]==])")
install(CODE "${geond_install_variables}
   include([==[${CMAKE_SOURCE_DIR}/cmake/InstallGenerated.cmake]==])")
