#include "telematics/jtt808/order_table.hpp"

#include "telematics/jtt808/location.hpp"

#include <algorithm>
#include <functional>

namespace liuhen::telematics::jtt808 {
namespace {

using enum Layout;
using namespace std::chrono_literals;

constexpr std::array rows{
    OrderRow{.command = SetParameters::id},
    OrderRow{.command = QueryAllParameters::id, .answers = {ParametersReply::id}},
    OrderRow{.command = TerminalControl::id},
    OrderRow{.command = QueryParameters::id, .since = v2013, .answers = {ParametersReply::id}},
    OrderRow{.command = QueryAttributes::id, .since = v2013, .answers = {TerminalAttributes::id}},
    OrderRow{
        .command = Upgrade::id, .since = v2013, .answers = {UpgradeResult::id}, .patience = 30min},
    OrderRow{.command = LocateNow::id, .answers = {PositionReply::id}},
    OrderRow{.command = TrackForAWhile::id},
    OrderRow{.command = ConfirmAlarm::id, .since = v2013},
    OrderRow{.command = LinkCheck::id, .since = v2019},
    OrderRow{.command = TextToDriver::id, .answers = {TextAnswer::id, WideTextAnswer::id}},
    OrderRow{.command = EventMenu::id, .until = v2013},
    OrderRow{.command = Question::id, .until = v2013, .answers = {Answer::id}, .patience = 10min},
    OrderRow{.command = ServiceMenu::id, .until = v2013},
    OrderRow{.command = ServiceText::id, .until = v2013},
    OrderRow{.command = CallBack::id},
    OrderRow{.command = PhoneBook::id},
    OrderRow{.command = VehicleControl::id, .answers = {VehicleControlReply::id}},
    OrderRow{.command = SetCircles::id},
    OrderRow{.command = DeleteCircles::id},
    OrderRow{.command = SetRectangles::id},
    OrderRow{.command = DeleteRectangles::id},
    OrderRow{.command = SetPolygon::id},
    OrderRow{.command = DeletePolygons::id},
    OrderRow{.command = SetRoute::id},
    OrderRow{.command = DeleteRoutes::id},
    OrderRow{.command = QueryAreas::id, .since = v2019, .answers = {AreasReply::id}},
    OrderRow{.command = QueryRecorder::id, .answers = {RecorderData::id}},
    OrderRow{.command = SetRecorder::id},
    OrderRow{.command = QueryDriver::id, .since = v2013, .answers = {DriverCard::id}},
    OrderRow{.command = Shoot::id, .answers = {ShotReply::id, Media::id}},
    OrderRow{.command = QueryMedia::id, .answers = {MediaList::id}},
    OrderRow{.command = SendMedia::id},
    OrderRow{.command = RecordSound::id},
    OrderRow{.command = SendOneMedia::id, .since = v2013},
    OrderRow{.command = PassedDown::id},
    OrderRow{.command = QueryVideoAttributes::id, .since = v2013, .answers = {VideoAttributes::id}},
    OrderRow{.command = WatchLive::id, .since = v2013},
    OrderRow{.command = ControlLive::id, .since = v2013},
    OrderRow{.command = PlayBack::id, .since = v2013, .answers = {RecordingList::id}},
    OrderRow{.command = ControlPlayBack::id, .since = v2013},
    OrderRow{.command = QueryRecordings::id, .since = v2013, .answers = {RecordingList::id}},
    OrderRow{.command = UploadRecording::id,
             .since = v2013,
             .answers = {UploadEnded::id},
             .patience = 2h},
    OrderRow{.command = ControlUpload::id, .since = v2013},
    OrderRow{.command = FilesWanted::id, .since = v2013},
    OrderRow{.command = TurnCamera::id, .since = v2013},
    OrderRow{.command = Focus::id, .since = v2013},
    OrderRow{.command = Iris::id, .since = v2013},
    OrderRow{.command = Wiper::id, .since = v2013},
    OrderRow{.command = InfraredLight::id, .since = v2013},
    OrderRow{.command = Zoom::id, .since = v2013},
};
static_assert(std::ranges::is_sorted(rows, std::less{}, &OrderRow::command));

// Overloads for the messages that count; any other says nothing.
struct SerialIn {
    std::optional<std::uint16_t> operator()(const ParametersReply& m) const { return m.serial; }
    std::optional<std::uint16_t> operator()(const VehicleControlReply& m) const { return m.serial; }
    std::optional<std::uint16_t> operator()(const Answer& m) const { return m.serial; }
    std::optional<std::uint16_t> operator()(const MediaList& m) const { return m.serial; }
    std::optional<std::uint16_t> operator()(const ShotReply& m) const { return m.serial; }
    std::optional<std::uint16_t> operator()(const RecordingList& m) const { return m.serial; }
    std::optional<std::uint16_t> operator()(const UploadEnded& m) const { return m.serial; }
    std::optional<std::uint16_t> operator()(const PositionReply& m) const {
        return m.layout == v2011 ? std::nullopt : std::optional{m.serial};
    }
    std::optional<std::uint16_t> operator()(const RecorderData& m) const {
        return m.layout == v2011 ? std::nullopt : std::optional{m.serial};
    }
    std::optional<std::uint16_t> operator()(const auto&) const { return std::nullopt; }
};

struct MarkIn {
    std::optional<std::uint8_t> operator()(const Upgrade& m) const { return m.kind; }
    std::optional<std::uint8_t> operator()(const UpgradeResult& m) const { return m.kind; }
    std::optional<std::uint8_t> operator()(const QueryAreas& m) const { return m.kind; }
    std::optional<std::uint8_t> operator()(const AreasReply& m) const { return m.kind; }
    std::optional<std::uint8_t> operator()(const QueryRecorder& m) const { return m.command; }
    std::optional<std::uint8_t> operator()(const RecorderData& m) const { return m.command; }
    std::optional<std::uint8_t> operator()(const Shoot& m) const { return m.channel; }
    std::optional<std::uint8_t> operator()(const Media& m) const {
        constexpr std::uint8_t by_command = 0;
        return m.head.event == by_command ? std::optional{m.head.channel} : std::nullopt;
    }
    std::optional<std::uint8_t> operator()(const auto&) const { return std::nullopt; }
};

// Only 2011 tells how many parameters all messages of an answer hold.
struct ShareIn {
    std::optional<Share> operator()(const ParametersReply& m) const {
        if (m.layout != v2011) return std::nullopt;
        return Share{m.parameters.size(), m.total};
    }
    std::optional<Share> operator()(const MediaList& m) const {
        return Share{m.media.size(), m.total};
    }
    std::optional<Share> operator()(const auto&) const { return std::nullopt; }
};

struct Judge {
    std::optional<Doors> doors;
    std::size_t heard_before;

    Judgement operator()(const ParametersReply& m) const {
        const std::size_t all = heard_before + m.parameters.size();
        return {OrderState::done, std::to_string(all) + " parameters"};
    }
    Judgement operator()(const RecordingList& m) const {
        return {OrderState::done, std::to_string(m.recordings.size()) + " recordings"};
    }
    Judgement operator()(const UploadEnded& m) const {
        return {m.result == 0 ? OrderState::done : OrderState::refused,
                "result " + std::to_string(m.result)};
    }
    Judgement operator()(const TerminalAttributes& m) const {
        return {OrderState::done, m.model.utf8 + " " + m.hardware.utf8 + " " + m.firmware.utf8};
    }
    Judgement operator()(const UpgradeResult& m) const {
        return {m.result == 0 ? OrderState::done : OrderState::refused,
                "result " + std::to_string(m.result)};
    }
    Judgement operator()(const Answer& m) const {
        return {OrderState::done, "answer " + std::to_string(m.answer)};
    }
    // The status word tells whether the doors are as they were wanted (2013, 7.6).
    Judgement operator()(const VehicleControlReply& m) const {
        const bool locked = (m.position.status & status_bit::doors_locked) != 0;
        const bool as_wanted = !doors || locked == (*doors == Doors::locked);
        return {as_wanted ? OrderState::done : OrderState::refused,
                locked ? "doors locked" : "doors not locked"};
    }
    Judgement operator()(const MediaList& m) const {
        return {OrderState::done, std::to_string(m.total) + " media"};
    }
    Judgement operator()(const ShotReply& m) const {
        const std::string shots = std::to_string(m.media.size()) + " media";
        if (m.result == 0) return {OrderState::done, shots};
        const bool no_channel = m.result == 2;
        return {no_channel ? OrderState::unsupported : OrderState::refused,
                no_channel ? "no such channel" : "result " + std::to_string(m.result)};
    }
    Judgement operator()(const Media& m) const {
        return {OrderState::done, "medium " + std::to_string(m.head.media)};
    }
    Judgement operator()(const auto&) const { return {OrderState::done, {}}; }
};

}  // namespace

const OrderRow* find_order_row(std::uint16_t command) {
    const auto* const found =
        std::ranges::lower_bound(rows, command, std::less{}, &OrderRow::command);
    return found != rows.end() && found->command == command ? found : nullptr;
}

bool has_answer(const OrderRow& row, Layout form) {
    if (row.command == Shoot::id && form == v2011) return false;
    if (row.command == PlayBack::id || row.command == TextToDriver::id) return false;
    return row.answers.front() != 0;
}

std::optional<std::uint16_t> reply_serial(const Message& answer) {
    return std::visit(SerialIn{}, answer);
}

std::optional<std::uint8_t> mark_of(const Message& message) {
    return std::visit(MarkIn{}, message);
}

std::optional<Share> share_of(const Message& answer) { return std::visit(ShareIn{}, answer); }

Judgement judge(const Message& answer, std::optional<Doors> doors, std::size_t heard_before) {
    return std::visit(Judge{doors, heard_before}, answer);
}

OrderState state_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::done:
        case Outcome::alarm_confirmed:
            return OrderState::done;
        case Outcome::unsupported:
            return OrderState::unsupported;
        case Outcome::failed:
        case Outcome::bad_message:
            break;
    }
    return OrderState::refused;
}

}  // namespace liuhen::telematics::jtt808
