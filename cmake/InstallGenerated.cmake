# SPDX-License-Identifier: MIT
# Runs at install time (GeondInstall.cmake includes it): the files whose content depends on the
# prefix or comes out of the program itself.
# file(INSTALL) puts DESTDIR before absolute paths by itself.
set(root ${CMAKE_INSTALL_PREFIX})
if(CMAKE_INSTALL_PREFIX MATCHES "^/usr/?$")
  set(GEOND_ETC_DIR /etc/geond)
else()
  set(GEOND_ETC_DIR ${CMAKE_INSTALL_PREFIX}/etc/geond)
endif()
set(GEOND_BIN_DIR ${CMAKE_INSTALL_PREFIX}/${GEOND_BINDIR})
set(GEOND_DOC_DIR ${CMAKE_INSTALL_PREFIX}/${GEOND_DOCDIR})

set(made ${GEOND_BUILD}/install)
file(MAKE_DIRECTORY ${made})

foreach(unit geond.service geond-backup.service)
  configure_file(${GEOND_SOURCE}/packaging/systemd/${unit}.in ${made}/${unit} @ONLY)
  file(INSTALL ${made}/${unit} DESTINATION ${root}/lib/systemd/system)
endforeach()

# A configuration that a person has changed is never replaced.
set(configuration $ENV{DESTDIR}${GEOND_ETC_DIR}/geond.conf)
if(NOT EXISTS ${configuration})
  file(INSTALL ${GEOND_SOURCE}/packaging/geond.conf DESTINATION ${GEOND_ETC_DIR})
endif()

# geond_output(<file> <folder> <argument>...): what the program prints, as a file.
function(geond_output file folder)
  execute_process(COMMAND ${GEOND_PROGRAM} ${ARGN} OUTPUT_FILE ${made}/${file}
                  RESULT_VARIABLE status ERROR_VARIABLE error)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " arguments)
    message(FATAL_ERROR "geond ${arguments} failed (${status}): ${error}")
  endif()
  file(INSTALL ${made}/${file} DESTINATION ${root}/${folder})
endfunction()

geond_output(geond ${GEOND_DATADIR}/bash-completion/completions completion bash)
geond_output(_geond ${GEOND_DATADIR}/zsh/vendor-completions completion zsh)
geond_output(geond.fish ${GEOND_DATADIR}/fish/vendor_completions.d completion fish)

# The same bytes on every machine: no name and no time in the gzip header.
function(geond_packed source name folder)
  execute_process(COMMAND gzip -9 -n -c ${source} OUTPUT_FILE ${made}/${name}
                  COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL ${made}/${name} DESTINATION ${root}/${folder})
endfunction()

execute_process(COMMAND ${GEOND_PROGRAM} man OUTPUT_FILE ${made}/geond.1
                COMMAND_ERROR_IS_FATAL ANY)
geond_packed(${made}/geond.1 geond.1.gz ${GEOND_MANDIR}/man1)
geond_packed(${GEOND_SOURCE}/packaging/deb/changelog changelog.gz ${GEOND_DOCDIR})
file(INSTALL ${GEOND_SOURCE}/packaging/deb/copyright DESTINATION ${root}/${GEOND_DOCDIR})

# What is installed lies elsewhere than in the sources: the documents' links follow.
file(GLOB documents $ENV{DESTDIR}${GEOND_DOC_DIR}/*.md)
foreach(document IN LISTS documents)
  execute_process(COMMAND ${GEOND_SOURCE}/packaging/relink ${document}
                          ../packaging/monitoring/=../../geond/monitoring/
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()

# Which libraries are in it, and the licences of those that are compiled in. Only a Debian system can say
# where they come from. The program is the installed one: `--strip`, and CPack, have stripped it by now.
find_program(dpkg_query dpkg-query)
if(dpkg_query)
  execute_process(COMMAND ${GEOND_SOURCE}/packaging/sbom $ENV{DESTDIR}${GEOND_BIN_DIR}/geond ${GEOND_VERSION}
                  OUTPUT_FILE ${made}/geond.cdx.json COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL ${made}/geond.cdx.json DESTINATION ${root}/${GEOND_DATADIR}/geond)
  file(REMOVE_RECURSE ${made}/licences)
  execute_process(COMMAND ${GEOND_SOURCE}/packaging/licences ${made}/geond.cdx.json ${made}/licences static
                  COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL ${made}/licences DESTINATION ${root}/${GEOND_DOCDIR})
endif()
