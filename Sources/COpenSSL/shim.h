// The parts of libcrypto that Market/Kernel/Crypto.swift uses.
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
