// Vehicle plates as they are printed: province, letter, five or six characters.
#include "manifest/codes.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace liuhen::manifest {
namespace {

constexpr std::string_view provinces =
    "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";

struct Ending {
    std::string_view character;
    PlateKind kind;
};
constexpr std::array endings{
    Ending{"挂", PlateKind::trailer}, Ending{"学", PlateKind::training},
    Ending{"警", PlateKind::police},  Ending{"港", PlateKind::border},
    Ending{"澳", PlateKind::border},
};

/// The text cut into characters, without spaces and middle dots.
std::vector<std::string_view> characters(std::string_view text) {
    constexpr std::array<std::string_view, 4> dropped{" ", "·", "•", "　"};
    std::vector<std::string_view> cut;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) ++end;
        const auto one = text.substr(i, end - i);
        if (std::ranges::find(dropped, one) == dropped.end()) cut.push_back(one);
        i = end;
    }
    return cut;
}

bool is_letter(std::string_view c) {
    return c.size() == 1 && c[0] >= 'A' && c[0] <= 'Z' && c[0] != 'I' && c[0] != 'O';
}
bool is_number(std::string_view c) { return c.size() == 1 && c[0] >= '0' && c[0] <= '9'; }
bool is_plain(std::string_view c) { return is_letter(c) || is_number(c); }

/// Kind by what follows province and letter; nullopt when no kind looks like that.
std::optional<PlateKind> kind_by(const std::vector<std::string_view>& tail) {
    if (tail.size() == 5) {
        const bool plain_front = std::all_of(tail.begin(), tail.end() - 1, is_plain);
        if (!plain_front) return std::nullopt;
        if (is_plain(tail.back())) return PlateKind::ordinary;
        const auto ending = std::ranges::find(endings, tail.back(), &Ending::character);
        return ending == endings.end() ? std::nullopt : std::optional{ending->kind};
    }
    if (tail.size() != 6 || !std::ranges::all_of(tail, is_plain)) return std::nullopt;
    // New energy: a small one has a letter in front, a large one at the end.
    if (is_letter(tail.front())) return PlateKind::new_energy_small;
    if (is_letter(tail.back())) return PlateKind::new_energy_large;
    return std::nullopt;
}

}  // namespace

std::optional<Plate> parse_plate(std::string_view text) {
    const auto cut = characters(text);
    if (cut.size() < 7 || cut[0].size() != 3 || !is_letter(cut[1])) return std::nullopt;
    const auto province = provinces.find(cut[0]);
    if (province == std::string_view::npos || province % 3 != 0) return std::nullopt;
    const auto kind = kind_by({cut.begin() + 2, cut.end()});
    if (!kind) return std::nullopt;
    Plate plate{"", *kind};
    for (const auto one : cut) plate.text += one;
    return plate;
}

}  // namespace liuhen::manifest
