#include "manifest/codes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace liuhen::manifest {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}
/// Precondition: digits only, at most nine.
int number(std::string_view digits) {
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}
std::string padded(std::uint32_t value, std::size_t width) {
    auto digits = std::to_string(value);
    return std::string(width - std::min(width, digits.size()), '0') + digits;
}
std::optional<std::chrono::year_month_day> date_of(std::string_view yyyymmdd) {
    if (yyyymmdd.size() != 8 || !all_digits(yyyymmdd)) return std::nullopt;
    const auto part = [&](std::size_t at, std::size_t n) { return number(yyyymmdd.substr(at, n)); };
    const std::chrono::year_month_day date{std::chrono::year{part(0, 4)},
                                           std::chrono::month{static_cast<unsigned>(part(4, 2))},
                                           std::chrono::day{static_cast<unsigned>(part(6, 2))}};
    if (!date.ok()) return std::nullopt;
    return date;
}

}  // namespace

std::optional<ManifestNo> parse_manifest_no(std::string_view text, int newest_year) {
    if (text.size() != 14 || !all_digits(text)) return std::nullopt;
    const ManifestNo no{number(text.substr(0, 4)), std::string{text.substr(4, 4)},
                        static_cast<std::uint32_t>(number(text.substr(8)))};
    const bool in_range = first_manifest_year <= no.year && no.year <= newest_year &&
                          is_prefecture(no.prefecture) && no.serial >= 1;
    if (!in_range) return std::nullopt;
    return no;
}

std::string to_text(const ManifestNo& no) {
    return padded(static_cast<std::uint32_t>(no.year), 4) + no.prefecture + padded(no.serial, 6);
}

std::optional<ManifestNo> next(const ManifestNo& no) {
    if (no.serial >= last_serial) return std::nullopt;
    return ManifestNo{no.year, no.prefecture, no.serial + 1};
}

bool is_uscc(std::string_view text) {
    // GB 32100-2015: the alphabet without I, O, S, V, Z; weights are powers of three mod 31.
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    if (text.size() != 18 || !all_digits(text.substr(2, 6))) return false;
    std::size_t sum = 0;
    std::size_t weight = 1;
    for (const char c : text.substr(0, 17)) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos) return false;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    return text[17] == alphabet[(31 - sum % 31) % 31];
}

std::optional<std::string> normal_waste_code(std::string_view text) {
    std::optional<std::string_view> category;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        category = text.substr(0, slash);
        text.remove_prefix(slash + 1);
    }
    std::string digits{text};
    if (text.size() == 10 && text[3] == '-' && text[7] == '-') {
        digits = std::string{text.substr(0, 3)}.append(text.substr(4, 3)).append(text.substr(8));
    }
    if (digits.size() != 8 || !all_digits(digits)) return std::nullopt;
    const int which = number(std::string_view{digits}.substr(6));
    if (!((which >= 1 && which <= 40) || (which >= 45 && which <= 50))) return std::nullopt;
    const auto normal = digits.substr(0, 3) + "-" + digits.substr(3, 3) + "-" + digits.substr(6);
    if (category && *category != category_of(normal)) return std::nullopt;
    return normal;
}

bool is_identified_by_test(std::string_view normal_code) {
    return normal_code.starts_with("900-000-");
}

std::string category_of(std::string_view normal_code) {
    if (normal_code.size() < 2) return {};  // a draft's line may have no code yet
    return "HW" + std::string{normal_code.substr(normal_code.size() - 2)};
}

std::optional<GeneralClass> general_waste_class(std::string_view text) {
    const bool shaped = text.size() == 11 && text[3] == '-' && text[7] == '-' && text[8] == 'S' &&
                        all_digits(text.substr(0, 3)) && all_digits(text.substr(4, 3)) &&
                        all_digits(text.substr(9));
    if (!shaped) return std::nullopt;
    const int serial = number(text.substr(4, 3));
    if (serial < 1 || serial > 99) return std::nullopt;
    const int which = number(text.substr(9));
    if (which == 0 || which == 8) return std::nullopt;  // S08 is left out of the catalogue
    struct Band {
        int last;
        GeneralClass name;
    };
    constexpr std::array bands{
        Band{59, GeneralClass::industrial},   Band{69, GeneralClass::domestic},
        Band{79, GeneralClass::construction}, Band{89, GeneralClass::agricultural},
        Band{99, GeneralClass::other},
    };
    return std::ranges::find_if(bands, [&](const Band& band) { return which <= band.last; })->name;
}

bool is_person_number(std::string_view text, Instant today) {
    constexpr std::array weights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    constexpr std::string_view checks = "10X98765432";
    if (text.size() != 18 || !all_digits(text.substr(0, 17))) return false;
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += (text[i] - '0') * weights.at(i);
    if (text[17] != checks[static_cast<std::size_t>(sum % 11)]) return false;
    const auto born = date_of(text.substr(6, 8));
    return born && std::chrono::sys_days{*born} <= today + china_standard_time;
}

bool is_unit_code(std::string_view text) {
    return text.size() == 22 && is_uscc(text.substr(0, 18)) && all_digits(text.substr(18, 3)) &&
           text.substr(18, 3) != "000" && text[21] == 'P';
}

std::optional<BatchCode> parse_batch_code(std::string_view text) {
    // HJ 1259-2022 annex B. The date and number have a fixed width, so no stage hides in another.
    constexpr std::array<std::string_view, 9> stages{
        "HWCS", "HWRK", "HWCK", "HWZXLY", "HWZXCZ", "HWWWLY", "HWWWCZ", "HWCKLY", "HWCKCZ"};
    constexpr std::size_t tail = 11;
    if (text.size() <= tail) return std::nullopt;
    const auto stage = text.substr(0, text.size() - tail);
    const auto date = date_of(text.substr(stage.size(), 8));
    const auto serial = text.substr(stage.size() + 8);
    if (std::ranges::find(stages, stage) == stages.end() || !date || !all_digits(serial)) {
        return std::nullopt;
    }
    return BatchCode{std::string{stage}, static_cast<int>(date->year()),
                     static_cast<unsigned>(date->month()), static_cast<unsigned>(date->day()),
                     static_cast<unsigned>(number(serial))};
}

bool is_phone(std::string_view text) {
    if (text.size() == 11 && text[0] == '1' && text[1] >= '3' && all_digits(text)) return true;
    if (text.size() < 10 || text[0] != '0') return false;
    // Area codes have three or four digits; a dash may follow.
    for (const std::size_t area : {std::size_t{3}, std::size_t{4}}) {
        auto rest = text.substr(area);
        if (rest.starts_with('-')) rest.remove_prefix(1);
        if (all_digits(text.substr(0, area)) && all_digits(rest) &&
            (rest.size() == 7 || rest.size() == 8)) {
            return true;
        }
    }
    return false;
}

std::optional<std::size_t> text_length(std::string_view text) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size(); ++length) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x20 || lead == 0x7f) return std::nullopt;
        const std::size_t more = lead < 0x80                   ? 0
                                 : lead >= 0xc2 && lead < 0xe0 ? 1
                                 : lead >= 0xe0 && lead < 0xf0 ? 2
                                 : lead >= 0xf0 && lead < 0xf5 ? 3
                                                               : 9;
        if (more == 9 || i + more >= text.size()) return std::nullopt;
        for (std::size_t k = 1; k <= more; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0U) != 0x80) return std::nullopt;
        }
        const auto second = more == 0 ? 0U : static_cast<unsigned char>(text[i + 1]);
        const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
        const bool beyond = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
        const bool c1_control = lead == 0xc2 && second < 0xa0;
        if (overlong || beyond || c1_control) return std::nullopt;
        i += more + 1;
    }
    return length;
}

}  // namespace liuhen::manifest
