#include "telematics/jtt808/documents.hpp"

#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/secrets.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::array kept_messages{ParametersReply::id, TerminalAttributes::id,
                                   UpgradeResult::id,   PositionReply::id,
                                   EventChosen::id,     Answer::id,
                                   Subscription::id,    VehicleControlReply::id,
                                   AreasReply::id,      RecorderData::id,
                                   Waybill::id,         DriverCard::id,
                                   CanData::id,         MediaEvent::id,
                                   MediaList::id,       ShotReply::id,
                                   PassedUp::id,        Compressed::id,
                                   TerminalKey::id,     VideoAttributes::id,
                                   RecordingList::id,   UploadEnded::id,
                                   WideTextAnswer::id,  TextAnswer::id};
static_assert(std::ranges::is_sorted(kept_messages));

// The moment that a message is about, on the terminal's clock.
struct TimeIn {
    std::chrono::minutes zone;

    std::optional<Instant> operator()(const PositionReply& m) const { return of(m.position); }
    std::optional<Instant> operator()(const VehicleControlReply& m) const { return of(m.position); }
    std::optional<Instant> operator()(const DriverCard& m) const { return bcd_time(m.time, zone); }
    std::optional<Instant> operator()(const auto&) const { return std::nullopt; }

    [[nodiscard]] std::optional<Instant> of(const Position& position) const {
        return time_of(position, zone);
    }
};

}  // namespace

std::optional<Document> document_of(const Message& message, const Frame& frame,
                                    const Profile& profile, Instant received,
                                    const elock::Before& before) {
    if (!std::ranges::binary_search(kept_messages, id_of(message))) return std::nullopt;
    const auto at = std::visit(TimeIn{profile.time_zone}, message);
    const Bytes kept = kept_bytes(frame, profile, before);
    const ByteView body = ByteView{kept}.subspan(frame.body_at, frame.body_size);
    return Document{.message = frame.head.id,
                    .edition_2019 = frame.head.edition == Edition::v2019,
                    .at = at.value_or(received),
                    .undated = !at,
                    .serial = frame.head.serial,
                    .body = {body.begin(), body.end()}};
}

}  // namespace liuhen::telematics::jtt808
