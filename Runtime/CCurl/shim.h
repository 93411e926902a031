// The shims below have types of their own; the macros that check arguments would hide the functions from Swift.
#define CURL_DISABLE_TYPECHECK
// The system's headers come first, so that fd_set is the one that Swift's Glibc module has.
#include <sys/types.h>
#include <sys/time.h>
#include <sys/select.h>
#include <curl/curl.h>

// Swift cannot call variadic functions: one for each type of argument.
static inline CURLcode charter_curl_set_number(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode charter_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}
// libcurl copies the text.
static inline CURLcode charter_curl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode charter_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode charter_curl_set_answer(
    CURL *easy, curl_write_callback header, curl_write_callback body, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
  if (!code) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
  if (!code) code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
  if (!code) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
  return code;
}
static inline CURLcode charter_curl_set_body(
    CURL *easy, curl_read_callback read, curl_seek_callback seek, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, read);
  if (!code) code = curl_easy_setopt(easy, CURLOPT_READDATA, context);
  if (!code) code = curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek);
  if (!code) code = curl_easy_setopt(easy, CURLOPT_SEEKDATA, context);
  return code;
}
static inline CURLcode charter_curl_set_opener(CURL *easy, curl_opensocket_callback open, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open);
  if (!code) code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
  return code;
}
static inline void *charter_curl_private(CURL *easy) {
  char *value = NULL;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value);
  return value;
}
static inline curl_off_t charter_curl_uploaded(CURL *easy) {
  curl_off_t value = 0;
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &value);
  return value;
}
static inline CURLMcode charter_curl_multi_set_number(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}
