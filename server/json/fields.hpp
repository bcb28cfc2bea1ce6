// Strict reading of one JSON object: every field is asked for by name, what nobody asked for is a
// fault, and all faults are gathered.
#pragma once

#include "base/time.hpp"
#include "base/units.hpp"
#include "server/json/fault.hpp"
#include "server/json/visible.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server {

enum class Need : std::uint8_t { optional, required };
inline constexpr std::size_t longest_name = 128;  ///< code points; longer texts are prose

/// Length limits in code points, and how strict the text is read.
struct TextSize {
    std::size_t least{};
    std::size_t most = 200;
    Wording wording = most > longest_name ? Wording::prose : Wording::name;
};

/// Reads the fields of one object. A missing optional field, or JSON null, is empty. The faults go
/// to the list given, which must outlive the reader, as must the object.
class Fields {
public:
    /// Anything but an object is one WRONG_TYPE fault, and every field then reads as empty.
    Fields(const nlohmann::json& object, std::string pointer, Faults& faults);

    std::string text(std::string_view name, TextSize size, Need need = Need::optional);
    /// One of a set of codes; empty when absent or wrong.
    std::string one_of(std::string_view name, std::span<const std::string_view> codes,
                       Need need = Need::optional);
    std::string uuid(std::string_view name, Need need = Need::optional);
    std::optional<Instant> instant(std::string_view name, Need need = Need::optional);
    std::optional<std::int64_t> integer(std::string_view name, std::int64_t least,
                                        std::int64_t most, Need need = Need::optional);
    std::optional<double> number(std::string_view name, double least, double most,
                                 Need need = Need::optional);
    /// true or false.
    bool flag(std::string_view name, bool otherwise);
    /// `<stem>_g` as an integer, or `<stem>_kg` as a number with at most three decimals; not both.
    std::optional<Grams> weight(std::string_view stem, Need need = Need::optional);
    /// The elements of an array (nullptr when absent or no array); at most `most` of them.
    const nlohmann::json* array(std::string_view name, std::size_t most,
                                Need need = Need::optional);
    /// Any value, not looked at; nullptr when absent.
    const nlohmann::json* any(std::string_view name, Need need = Need::optional);
    /// An array of texts.
    std::vector<std::string> texts(std::string_view name, std::size_t most, TextSize size,
                                   Need need = Need::optional);
    /// The same of codes: UNKNOWN_VALUE, at its own place, for each that is not known.
    using IsKnown = std::function<bool(const std::string&)>;
    std::vector<std::string> codes(std::string_view name, std::size_t most, TextSize size,
                                   const IsKnown& is_known, Need need = Need::optional);

    /// UNKNOWN_FIELD for each field that was not asked for. Call it last.
    void finish();

    void add(std::string_view code, std::string_view name, std::string_view value = {});
    [[nodiscard]] std::string pointer(std::string_view name) const;
    [[nodiscard]] const std::string& here() const { return pointer_; }
    [[nodiscard]] Faults& faults() { return faults_; }
    [[nodiscard]] bool has(std::string_view name) const;

private:
    const nlohmann::json* find(std::string_view name, Need need);

    const nlohmann::json& object_;
    std::string pointer_;
    Faults& faults_;
    std::set<std::string, std::less<>> asked_;
};

/// A text that may be stored, in normalization form C: its length within the limits, no control
/// characters but line breaks in prose, nothing hidden. One of which nothing can be seen is empty,
/// and TOO_SHORT wherever an empty one is. Nullopt and a fault otherwise.
std::optional<std::string> sound_text(const nlohmann::json& value, TextSize size,
                                      const std::string& pointer, Faults& faults);

}  // namespace liuhen::server
