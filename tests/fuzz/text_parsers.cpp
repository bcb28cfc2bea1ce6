// Texts: GBK and UTF-8, digits, times, and the rows of profiles; the header of a load balancer.
#include "server/proxy_header.hpp"
#include "telematics/profile.hpp"
#include "telematics/text.hpp"
#include "tests/fuzz/parsers.hpp"

namespace liuhen::test {

using namespace telematics;

void parse_text(ByteView input) {
    const std::string utf8 = utf8_from_gbk(input);
    const Bytes gbk = gbk_from_utf8(utf8);
    require(utf8_from_gbk(gbk).size() <= 4 * gbk.size(), "text does not grow without bound");
    const std::string_view words{reinterpret_cast<const char*>(input.data()), input.size()};
    (void)gbk_from_utf8(words);
    require(from_hex(to_hex(input)) == Bytes(input.begin(), input.end()), "hex is read back");
    (void)from_hex(words);
    (void)bcd_bytes(words, 6);
    (void)parse_iso(words);
    const auto at = bcd_time(input, china_standard_time);
    if (at) {
        const Bytes packed = to_bcd_time(*at, china_standard_time);
        require(packed == Bytes(input.begin(), input.end()), "a time is written as read");
    }
}

void parse_profile_rows(ByteView input) {
    const std::string_view rows{reinterpret_cast<const char*>(input.data()), input.size()};
    const auto profiles = read_profiles(rows);
    if (!profiles) return;
    for (const Profile& profile : *profiles) {
        if (!profile.dialect) continue;
        (void)profile.dialect->item(0x0B, 6);
        (void)profile.dialect->says(Sense::rope_open, Word::status, 1U << 20U);
        (void)completed(profile);
    }
}

// As a session reads it: the signature, the fixed part, and as many bytes as that announces.
void parse_proxy_header(ByteView input) {
    using namespace liuhen::server;
    (void)read_proxy_header(input);
    if (!is_proxy_signature(input) || input.size() < proxy_prefix) return;
    const auto rest = proxy_rest(input.first(proxy_prefix));
    if (!rest) return;
    require(*rest <= max_proxy_rest, "a header is bounded");
    if (input.size() >= proxy_prefix + *rest)
        (void)read_proxy_header(input.first(proxy_prefix + *rest));
}

}  // namespace liuhen::test
