include(PatinaDependency)
pat_dependency(dep_civetweb HEADER civetweb.h LIBRARY civetweb PACKAGE libcivetweb-dev)
set(Civetweb_FOUND TRUE)
