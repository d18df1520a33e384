include(PatinaDependency)
pat_dependency(dep_crypto HEADER openssl/sha.h LIBRARY crypto PACKAGE libssl-dev)
set(Libcrypto_FOUND TRUE)
