#include "telematics/jtt808/manners.hpp"

#include <algorithm>
#include <string>

namespace liuhen::telematics::jtt808 {
namespace {

// What distinguishes one plate from another: letters, digits and Chinese characters.
std::string plain_plate(std::string_view plate) {
    static constexpr std::string_view middle_dot = "·";
    std::string plain;
    while (!plate.empty()) {
        if (plate.starts_with(middle_dot)) {
            plate.remove_prefix(middle_dot.size());
            continue;
        }
        const char c = plate.front();
        plate.remove_prefix(1);
        if (c == ' ' || c == '-' || c == '.') continue;
        plain.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    return plain;
}

}  // namespace

Refused refuse(Fault fault, ByteView bytes) {
    constexpr std::size_t most_kept = 2048;
    const ByteView kept = bytes.first(std::min(bytes.size(), most_kept));
    return {fault, {kept.begin(), kept.end()}};
}

bool may_be_same_plate(std::string_view sent, std::string_view bound) {
    const std::string one = plain_plate(sent);
    const std::string other = plain_plate(bound);
    return one.empty() || other.empty() || one == other;
}

bool is_code(std::string_view secret, std::string_view given) {
    if (secret.empty()) return false;
    unsigned differing = secret.size() == given.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char expected = secret[i % secret.size()];
        differing |= given[i] == expected ? 0U : 1U;
    }
    return differing == 0;
}

Header answer_header(const Header& received) {
    constexpr std::uint16_t version_flag = 1U << 14U;
    Header head = received;
    head.part.reset();
    head.attributes = received.attributes & version_flag;
    return head;
}

}  // namespace liuhen::telematics::jtt808
