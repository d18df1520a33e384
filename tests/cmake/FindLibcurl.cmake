include(PatinaDependency)
pat_dependency(dep_curl HEADER curl/curl.h LIBRARY curl PACKAGE libcurl4-openssl-dev)
set(Libcurl_FOUND TRUE)
