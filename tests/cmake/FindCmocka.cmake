include(PatinaDependency)
pat_dependency(dep_cmocka HEADER cmocka.h LIBRARY cmocka PACKAGE libcmocka-dev)
set(Cmocka_FOUND TRUE)
