// libcurl. Its calls with any number of arguments are out of Swift's reach: one plain function for each kind of argument.
#include <curl/curl.h>

static inline CURLcode curl_set_number(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode curl_set_text(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode curl_set_pointer(CURL *curl, CURLoption option, void *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode curl_set_write(CURL *curl, CURLoption option, curl_write_callback callback) {
  return curl_easy_setopt(curl, option, callback);
}

static inline CURLcode curl_set_progress(CURL *curl, curl_xferinfo_callback callback) {
  return curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode curl_set_socket(CURL *curl, curl_opensocket_callback callback) {
  return curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, callback);
}

// The schemes that may be spoken; the option that takes their names is younger than the one that takes their bits.
static inline CURLcode curl_set_scheme(CURL *curl, int is_secure) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, is_secure ? "https" : "http");
#else
  return curl_easy_setopt(curl, CURLOPT_PROTOCOLS, is_secure ? (long)CURLPROTO_HTTPS : (long)CURLPROTO_HTTP);
#endif
}

static inline CURLcode curl_get_number(CURL *curl, CURLINFO info, long *value) {
  return curl_easy_getinfo(curl, info, value);
}

static inline CURLcode curl_get_count(CURL *curl, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(curl, info, value);
}
