#include "simulators/seal.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

namespace liuhen::simulators {
namespace {

using telematics::Bytes;
using telematics::ByteView;

constexpr std::string_view text_end = ",E##";

Bytes bytes_in(std::string_view text) {
    const ByteView bytes = telematics::bytes_of(text);
    return {bytes.begin(), bytes.end()};
}

std::string angle(double degrees, char positive, char negative) {
    return fmt::format("{:.6f}{}", std::abs(degrees), degrees < 0 ? negative : positive);
}

/// The field `place` of a text, counted from 0; empty when there is none.
std::string_view field(std::string_view text, int place) {
    for (; place > 0; --place) {
        const auto comma = text.find(',');
        if (comma == std::string_view::npos) return {};
        text.remove_prefix(comma + 1);
    }
    return text.substr(0, text.find(','));
}

}  // namespace

Seal::Seal(std::string number) : number_{std::move(number)} {}

std::string Seal::text(std::string_view words) const {
    return fmt::format("##S,eSeal,{},256,3.0.8,{}{}\r\n", number_, words, text_end);
}

void Seal::record(const Fix& fix, LockState state) {
    const bool moved = latch_.follow(state) == Latch::Change::moved;
    const bool open = state == LockState::open;
    std::string_view event = "Normal";
    if (moved && !open) event = "Event-Lock";
    if (moved && open)
        event = latch_.opener() == Opener::platform ? "Event-RC-Unlock" : "Event-Door";
    const std::string at = to_iso(fix.at);  // its clock is UTC
    const std::string words =
        fmt::format("{},{},{},{},15,A,{} {},{:.0f},{:.0f},{},0.71,0:0:3:0,3.8,-73", event, ++index_,
                    at.substr(0, 10), at.substr(11, 8), angle(fix.where.lat, 'N', 'S'),
                    angle(fix.where.lon, 'E', 'W'), fix.heading.value, to_kmh(fix.speed),
                    open ? "Open" : "Close");
    Entry entry{.kind = Entry::Kind::lock_report,
                .at = fix.at,
                .not_before = fix.at,
                .body = bytes_in(text(words))};
    entry.serial = index_;
    outbox_.add(std::move(entry));
}

// It is known by what it says first.
Bytes Seal::greet(Monotonic) {
    heard_.clear();
    pending_.clear();
    return {};
}

Bytes Seal::due(Instant now, Monotonic when) {
    outbox_.give_up(when - answer_patience);
    Bytes out = bytes_in(std::exchange(pending_, {}));
    for (const Entry& entry : outbox_.take(now, 1, 0, when)) {
        ++tally_.frames;
        out.insert(out.end(), entry.body.begin(), entry.body.end());
    }
    return out;
}

void Seal::hear(ByteView bytes) {
    for (const std::byte b : bytes) heard_.push_back(static_cast<char>(b));
    for (auto end = heard_.find(text_end); end != std::string::npos; end = heard_.find(text_end)) {
        const std::string text = heard_.substr(0, end);
        heard_.erase(0, end + text_end.size());
        hear_text(field(text, 5), field(text, 6));
    }
}

void Seal::hear_text(std::string_view event, std::string_view index) {
    if (event == "RC-Unlock") {
        latch_.release(Opener::platform);
        pending_ += text("RC-Unlock ACK,OK");
    } else if (event.ends_with(" ACK")) {
        std::uint16_t serial{};
        std::from_chars(index.data(), index.data() + index.size(), serial);
        tally_.events_acked += outbox_.acknowledged(serial).size();
    }
}

void Seal::lost() { outbox_.connection_lost(); }

}  // namespace liuhen::simulators
