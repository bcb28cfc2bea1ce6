// Numbers and codes of the trade: their form, their check characters, their one normal spelling.
//
// Every `normal_*` takes what people type and returns the stored spelling, or nullopt.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::manifest {

/// Manifest number, Order 23 art. 15: year 4, province 2, prefecture 2, serial 6.
struct ManifestNo {
    int year{};              ///< 2022 .. 9999
    std::string prefecture;  ///< "3311", first four digits of the division code
    std::uint32_t serial{};  ///< 1 .. 999999
    friend bool operator==(const ManifestNo&, const ManifestNo&) = default;
};
/// Fourteen ASCII digits of a known prefecture, year `first_manifest_year` to `newest_year`. There
/// is no check digit: a mistyped number may be somebody else's.
std::optional<ManifestNo> parse_manifest_no(std::string_view text, int newest_year);
/// The fourteen digits. Precondition: fields in range.
std::string to_text(const ManifestNo& no);
/// The next number of the same year and prefecture; nullopt after 999999.
std::optional<ManifestNo> next(const ManifestNo& no);
inline constexpr int first_manifest_year = 2022;
inline constexpr std::uint32_t last_serial = 999'999;

/// True for the first four digits of a division code in mainland China (GB/T 2260): "3311".
bool is_prefecture(std::string_view four_digits);

/// Unified social credit code, GB 32100: 18 characters with a check character, in upper case.
bool is_uscc(std::string_view text);

/// `NNN-NNN-NN` from a hazardous-waste code written with or without dashes and "HWxx/" before it.
/// Categories 01-40 and 45-50; a category that contradicts the code is nullopt. Whether the code is
/// on a list edition is another question (see `is_identified_by_test`).
std::optional<std::string> normal_waste_code(std::string_view text);
/// 900-000-xx: waste found hazardous by test; on no list, valid with any category.
bool is_identified_by_test(std::string_view normal_code);
/// "HW49" of "900-041-49".
std::string category_of(std::string_view normal_code);

enum class GeneralClass : std::uint8_t { industrial, domestic, construction, agricultural, other };
/// Class of a general-waste code `NNN-NNN-SNN` (2024 catalogue); nullopt when malformed.
std::optional<GeneralClass> general_waste_class(std::string_view text);

enum class PlateKind : std::uint8_t {
    ordinary,
    trailer,
    training,
    police,
    border,
    new_energy_small,
    new_energy_large,
};
struct Plate {
    std::string text;  ///< without spaces and dots
    PlateKind kind{};
    friend bool operator==(const Plate&, const Plate&) = default;
};
/// A mainland plate in upper case; spaces and the middle dot are dropped. Test plates (测) are not.
std::optional<Plate> parse_plate(std::string_view text);

/// Person number, GB 11643: 17 digits and a check character; a birth date that exists and is not
/// after `today`.
bool is_person_number(std::string_view text, Instant today);

/// Pollutant-discharge unit code, HJ 608 annex A: credit code, 001-999, P.
bool is_unit_code(std::string_view text);

/// Ledger batch, HJ 1259: stage letters, date, three digits.
struct BatchCode {
    std::string stage;  ///< "HWCS", ...
    int year{};
    unsigned month{};
    unsigned day{};
    unsigned number{};
};
std::optional<BatchCode> parse_batch_code(std::string_view text);

/// Mobile (1[3-9] and nine digits) or landline (0 with area code, optional dash, 7-8 digits).
bool is_phone(std::string_view text);

/// Length in code points; nullopt when the text is not UTF-8 or holds a control character.
std::optional<std::size_t> text_length(std::string_view text);

}  // namespace liuhen::manifest
