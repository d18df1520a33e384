include(PatinaDependency)
pat_dependency(dep_sodium HEADER sodium.h LIBRARY sodium PACKAGE libsodium-dev)
set(Sodium_FOUND TRUE)
