include(PatinaDependency)
pat_dependency(dep_rocksdb HEADER rocksdb/c.h LIBRARY rocksdb PACKAGE librocksdb-dev)
set(RocksDBC_FOUND TRUE)
