// Text pieces of a lock: their fields, the positions in them and the P45 unlock report
// (docs/wire-elock.md, "Text").
#pragma once

#include "base/observation.hpp"
#include "base/result.hpp"
#include "telematics/elock/frame.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::telematics::elock {

/// A text taken apart at its commas, so that a field's place is the number of commas before it.
struct Sentence {
    std::vector<std::string> fields;  ///< [0] is the lock's number as sent
    std::string command;              ///< `P45`, `@JT`; of `(id,1,nnn,WORD,…)` it is WORD
    Bytes payload;                    ///< of WLNET: what follows the sixth comma, unescaped

    [[nodiscard]] const std::string& lock() const { return fields[0]; }
    /// The field, or an empty text when there are not so many.
    [[nodiscard]] std::string_view field(std::size_t place) const;
};

/// Faults: `truncated` when there is no command, `bad_escape` in a WLNET payload.
Result<Sentence, Fault> read_sentence(const Piece& piece);

/// The piece with one-time and static passwords overwritten by `*`, as it may be kept and shown.
Bytes without_secrets(const Piece& piece);

/// The position in a P45, U01, U02, U03, U06 or W01.
struct TextFix {
    std::uint16_t message{};  ///< `Sighting::message`
    Fix fix;
};
/// Nullopt when the command carries no position. `bad_value` when a field is missing or senseless.
std::optional<Result<TextFix, Fault>> read_text_fix(const Sentence& sentence,
                                                    std::chrono::minutes zone);

/// What a lock says when somebody tried to open or close it (P45).
struct UnlockReport {
    std::uint8_t event{};  ///< 1 card, 2 unknown card, 3 vehicle card, 4 static password, 5 sealed,
                           ///< 6 one-time password, 7 Bluetooth
    std::uint8_t verify{};  ///< 0 refused, 1-10 opened in this fence, 98 opened, 99 outside fence
    std::string card;       ///< ten digits; empty when all zeros
    bool password_ok = false;
    std::uint8_t wrong_passwords{};
    std::uint8_t serial{};
    friend bool operator==(const UnlockReport&, const UnlockReport&) = default;
};
/// Reads a P45; newer firmware appends fields, which are passed over. Faults: `truncated`,
/// `bad_value`.
Result<UnlockReport, Fault> read_unlock(const Sentence& sentence);
/// The serial of a P45, even of one that cannot be read otherwise.
std::optional<std::uint8_t> unlock_serial(const Sentence& sentence);

/// The text that the lock `number` sends for `report` at `fix`; position to 0.00001 degrees, speed
/// and heading whole.
Bytes write_unlock(std::string_view number, const UnlockReport& report, const Fix& fix,
                   std::chrono::minutes zone);

}  // namespace liuhen::telematics::elock
