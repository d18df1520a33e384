include(PatinaDependency)
pat_dependency(dep_jansson HEADER jansson.h LIBRARY jansson PACKAGE libjansson-dev)
set(Jansson_FOUND TRUE)
