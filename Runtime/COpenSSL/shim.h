#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// These are macros with casts in OpenSSL, which Swift does not see.
static const uint64_t charter_ssl_options = SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION;
