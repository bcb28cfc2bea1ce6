#include "server/outbound/http_client.hpp"

#include "server/clock.hpp"
#include "server/outbound/address_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <curl/curl.h>
#include <memory>
#include <new>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>

namespace liuhen::server {
namespace {

namespace ip = boost::asio::ip;

constexpr unsigned first_free_port = 1'024;
constexpr long longest_header_line = 8'192;

template <auto Free>
struct Release {
    template <class T>
    void operator()(T* thing) const {
        Free(thing);
    }
};
using Easy = std::unique_ptr<CURL, Release<curl_easy_cleanup>>;
using Url = std::unique_ptr<CURLU, Release<curl_url_cleanup>>;
using Lines = std::unique_ptr<curl_slist, Release<curl_slist_free_all>>;

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

// One part of a URL; empty: it has none.
std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
    const std::unique_ptr<char, Release<curl_free>> held{text};
    return text;
}

std::optional<ip::address> literal(std::string host) {
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    boost::system::error_code fault;
    const auto address = ip::make_address(host, fault);
    if (fault) return std::nullopt;
    return address;
}

// Names that mean this machine wherever they are looked up (RFC 6761 section 6.3).
bool means_this_machine(std::string host) {
    std::transform(host.begin(), host.end(), host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (host.ends_with('.')) host.pop_back();
    return host == "localhost" || host.ends_with(".localhost");
}

// libcurl takes "https:x" and "https:///x" as "https://x"; whoever wrote them meant something else.
bool names_host(std::string_view url) {
    const auto colon = url.find(':');
    return colon != std::string_view::npos && url.substr(colon).starts_with("://") &&
           url.substr(colon + 3).find_first_not_of('/') == 0;
}

// A name whose labels are all there: "a.b" or "a.b.", not "a..b" nor ".".
bool is_whole(std::string_view host) {
    return !host.starts_with('.') && host.find("..") == std::string_view::npos;
}

// By its last label a host is an IPv4 address, however it is written (WHATWG URL, section 3.5,
// "ends in a number"): "127.0.0.1.", "0x7f.1", "256.1". Some resolvers take these, others do not.
bool ends_in_number(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    const auto dot = host.rfind('.');
    std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
    const bool hex = last.starts_with("0x") || last.starts_with("0X");
    if (hex) last.remove_prefix(2);
    const auto* const digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
    return (hex || !last.empty()) && last.find_first_not_of(digits) == std::string_view::npos;
}

struct Target {
    Url url;
    std::optional<OutboundFault> fault{};
};

bool is_port_allowed(const std::string& digits) {
    unsigned port = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return port == 80 || port == 443 || port >= first_free_port;
}

Target target_of(std::string_view text, const OutboundPolicy& policy) {
    Target target{Url{curl_url()}};
    if (!target.url) throw std::bad_alloc{};
    CURLU* const url = target.url.get();
    const auto refused = [&target](OutboundFault fault) {
        target.fault = fault;
        return std::move(target);
    };
    const bool plain = text.size() <= max_url_bytes &&
                       std::all_of(text.begin(), text.end(), is_printable) &&
                       text.find('\\') == std::string_view::npos;
    if (!plain) return refused(OutboundFault::bad_url);
    const auto read =
        curl_url_set(url, CURLUPART_URL, std::string{text}.c_str(), CURLU_DISALLOW_USER);
    if (read == CURLUE_UNSUPPORTED_SCHEME) return refused(OutboundFault::bad_scheme);
    if (read != CURLUE_OK) return refused(OutboundFault::bad_url);
    const std::string scheme = part(url, CURLUPART_SCHEME);
    if (scheme != "https" && (scheme != "http" || !policy.plain_http))
        return refused(OutboundFault::bad_scheme);
    const std::string host = part(url, CURLUPART_HOST);
    if (!names_host(text) || host.empty() || !is_whole(host) ||
        !part(url, CURLUPART_FRAGMENT).empty() || !part(url, CURLUPART_ZONEID).empty())
        return refused(OutboundFault::bad_url);
    if (!is_port_allowed(part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT)))
        return refused(OutboundFault::bad_port);
    const bool own = means_this_machine(host) &&
                     !may_call(ip::address_v4::loopback(), policy.allowed) &&
                     !may_call(ip::address_v6::loopback(), policy.allowed);
    if (own) return refused(OutboundFault::bad_address);
    const auto address = literal(host);
    if (address ? !may_call(*address, policy.allowed) : ends_in_number(host))
        return refused(OutboundFault::bad_address);
    return target;
}

std::optional<ip::address> address_of(const curl_sockaddr& peer) {
    const void* const bytes = &peer.addr;
    if (peer.family == AF_INET) {
        const auto* const four = static_cast<const sockaddr_in*>(bytes);
        return ip::address_v4{ntohl(four->sin_addr.s_addr)};
    }
    if (peer.family != AF_INET6) return std::nullopt;
    const auto* const six = static_cast<const sockaddr_in6*>(bytes);
    ip::address_v6::bytes_type octets{};
    std::copy_n(six->sin6_addr.s6_addr, octets.size(), octets.begin());
    return ip::address_v6{octets};
}

// One request as libcurl's callbacks see it.
struct Exchange {
    const OutboundPolicy& policy;
    const OutboundLimits& limits;
    const std::atomic<bool>& stopped;
    OutboundAnswer answer{};
    std::size_t header_bytes = 0;
    bool opened = false, refused = false;

    // The very address that is about to be connected to, whatever the name meant before.
    static curl_socket_t open(void* self, curlsocktype /*purpose*/, curl_sockaddr* peer) {
        auto& exchange = *static_cast<Exchange*>(self);
        const auto address = address_of(*peer);
        if (!address || !may_call(*address, exchange.policy.allowed)) {
            exchange.refused = true;
            return CURL_SOCKET_BAD;
        }
        exchange.opened = true;
        return ::socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
    }
    static std::size_t head(char* /*line*/, std::size_t size, std::size_t count, void* self) {
        auto& exchange = *static_cast<Exchange*>(self);
        exchange.header_bytes += size * count;
        return exchange.header_bytes <= exchange.limits.headers ? size * count : 0;
    }
    static std::size_t body(char* bytes, std::size_t size, std::size_t count, void* self) {
        auto& exchange = *static_cast<Exchange*>(self);
        auto& text = exchange.answer.body;
        const std::size_t room = exchange.limits.body - text.size();
        text.append(bytes, std::min(room, size * count));
        exchange.answer.cut = size * count > room;
        return exchange.answer.cut ? 0 : size * count;
    }
    static int progress(void* self, curl_off_t /*of*/, curl_off_t /*in*/, curl_off_t /*to*/,
                        curl_off_t /*out*/) {
        return static_cast<Exchange*>(self)->stopped ? 1 : 0;
    }
};

// A libcurl that does not know one of the restrictions is none to ask anybody with.
template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    const CURLcode done = curl_easy_setopt(easy, option, value);
    if (done == CURLE_OUT_OF_MEMORY) throw std::bad_alloc{};
    if (done != CURLE_OK) throw std::logic_error{curl_easy_strerror(done)};
}

void bind(CURL* easy, Exchange& exchange) {
    set(easy, CURLOPT_OPENSOCKETFUNCTION, &Exchange::open);
    set(easy, CURLOPT_OPENSOCKETDATA, &exchange);
    set(easy, CURLOPT_HEADERFUNCTION, &Exchange::head);
    set(easy, CURLOPT_HEADERDATA, &exchange);
    set(easy, CURLOPT_WRITEFUNCTION, &Exchange::body);
    set(easy, CURLOPT_WRITEDATA, &exchange);
    set(easy, CURLOPT_XFERINFOFUNCTION, &Exchange::progress);
    set(easy, CURLOPT_XFERINFODATA, &exchange);
    set(easy, CURLOPT_NOPROGRESS, 0L);
}

void restrict(CURL* easy, const OutboundPolicy& policy, const OutboundLimits& limits) {
    set(easy, CURLOPT_PROTOCOLS_STR, policy.plain_http ? "https,http" : "https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    // The system's folder of certificates stays beside it.
    if (!policy.authorities.empty()) set(easy, CURLOPT_CAINFO, policy.authorities.c_str());
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_QUICK_EXIT, 1L);  // does not wait for a name that is still looked up
    set(easy, CURLOPT_FRESH_CONNECT, 1L);
    set(easy, CURLOPT_FORBID_REUSE, 1L);
    set(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    set(easy, CURLOPT_BUFFERSIZE, 16'384L);
}

Lines lines_of(const std::vector<std::string>& texts) {
    Lines lines;
    for (const auto& text : texts) {
        curl_slist* const longer = curl_slist_append(lines.get(), text.c_str());
        if (longer == nullptr) throw std::bad_alloc{};
        static_cast<void>(lines.release());
        lines.reset(longer);
    }
    return lines;
}

constexpr std::array<std::pair<CURLcode, OutboundFault>, 9> faults{{
    {CURLE_URL_MALFORMAT, OutboundFault::bad_url},
    {CURLE_COULDNT_RESOLVE_HOST, OutboundFault::no_such_name},
    {CURLE_COULDNT_CONNECT, OutboundFault::no_connection},
    {CURLE_OPERATION_TIMEDOUT, OutboundFault::timed_out},
    {CURLE_SSL_CONNECT_ERROR, OutboundFault::no_trust},
    {CURLE_PEER_FAILED_VERIFICATION, OutboundFault::no_trust},
    {CURLE_SSL_CACERT_BADFILE, OutboundFault::no_trust},
    {CURLE_SSL_CERTPROBLEM, OutboundFault::no_trust},
    {CURLE_ABORTED_BY_CALLBACK, OutboundFault::stopped},
}};

std::optional<OutboundFault> fault_of(CURLcode ended, const Exchange& exchange) {
    if (ended == CURLE_OK || exchange.answer.cut) return std::nullopt;
    if (exchange.stopped) return OutboundFault::stopped;
    if (exchange.refused && !exchange.opened) return OutboundFault::bad_address;
    const auto* const row = std::find_if(faults.begin(), faults.end(),
                                         [ended](const auto& one) { return one.first == ended; });
    return row == faults.end() ? OutboundFault::broken_answer : row->second;
}

OutboundAnswer refusal(OutboundFault fault) {
    OutboundAnswer answer;
    answer.fault = fault;
    return answer;
}

OutboundAnswer ask(CURL* easy, Exchange& exchange) {
    const CURLcode ended = curl_easy_perform(easy);
    auto& answer = exchange.answer;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    curl_off_t wait = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &wait);
    answer.retry_after = std::min(std::chrono::seconds{wait}, std::chrono::seconds{6 * 3'600});
    answer.fault = fault_of(ended, exchange);
    if (answer.fault) answer.detail = curl_easy_strerror(ended);
    return std::move(answer);
}

}  // namespace

std::string_view code(OutboundFault fault) {
    static constexpr std::array<std::string_view, 11> codes{
        "bad_url",       "bad_scheme", "bad_port",  "bad_header",    "bad_address", "no_such_name",
        "no_connection", "no_trust",   "timed_out", "broken_answer", "stopped"};
    return codes.at(static_cast<std::size_t>(fault));
}

HttpClient::HttpClient(OutboundPolicy policy, OutboundLimits limits)
    : policy_(std::move(policy)), limits_(limits) {
    static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (begun != CURLE_OK) throw std::bad_alloc{};
}

std::optional<OutboundFault> HttpClient::judge(std::string_view url) const {
    return target_of(url, policy_).fault;
}

OutboundAnswer HttpClient::post(const OutboundPost& post) const {
    const auto begun = monotonic();
    const Target target = target_of(post.url, policy_);
    if (target.fault) return refusal(*target.fault);
    for (const auto& line : post.headers) {
        if (!std::all_of(line.begin(), line.end(), is_printable) ||
            line.size() > static_cast<std::size_t>(longest_header_line))
            return refusal(OutboundFault::bad_header);
    }
    auto headers = post.headers;
    headers.emplace_back("Expect:");  // the body comes at once
    const Lines lines = lines_of(headers);
    const Lines pinned = lines_of(policy_.pinned);
    const Easy easy{curl_easy_init()};
    if (!easy) throw std::bad_alloc{};
    Exchange exchange{policy_, limits_, stopped_};
    restrict(easy.get(), policy_, limits_);
    bind(easy.get(), exchange);
    set(easy.get(), CURLOPT_CURLU, target.url.get());
    set(easy.get(), CURLOPT_HTTPHEADER, lines.get());
    set(easy.get(), CURLOPT_RESOLVE, pinned.get());
    set(easy.get(), CURLOPT_POST, 1L);
    set(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
    set(easy.get(), CURLOPT_POSTFIELDS, post.body.c_str());
    if (!post.certificate.empty()) {
        set(easy.get(), CURLOPT_SSLCERT, post.certificate.c_str());
        set(easy.get(), CURLOPT_SSLKEY, post.key.c_str());
    }
    auto answer = ask(easy.get(), exchange);
    answer.duration = std::chrono::duration_cast<std::chrono::milliseconds>(monotonic() - begun);
    return answer;
}

}  // namespace liuhen::server
