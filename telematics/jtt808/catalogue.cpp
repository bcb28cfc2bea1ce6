#include "telematics/jtt808/catalogue.hpp"

#include "telematics/jtt808/access.hpp"
#include "telematics/jtt808/location.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace liuhen::telematics::jtt808 {
namespace {

// Binds a reader and a writer of one message type into the general form.
template <auto Read>
Message reading(Reader& r, Edition edition) {
    return Read(r, edition);
}
template <class T, void (*Write)(const T&, Writer&, Edition)>
void writing(const Message& message, Writer& w, Edition edition) {
    Write(std::get<T>(message), w, edition);
}
template <class T, T (*Read)(Reader&, Edition), void (*Write)(const T&, Writer&, Edition)>
constexpr CatalogueRow row(std::uint16_t id, std::string_view name) {
    return {id, name, reading<Read>, writing<T, Write>};
}

// A message that is described field by field.
template <class T>
constexpr CatalogueRow row(std::string_view name) {
    return row<T, read_described<T>, write_described<T>>(T::id, name);
}

constexpr std::array rows{
    row<TerminalReply, read_reply, write_reply>(0x0001, "terminal general reply"),
    row<Heartbeat, read_heartbeat, write_heartbeat>(0x0002, "heartbeat"),
    row<Unregister, read_unregister, write_unregister>(0x0003, "unregister"),
    row<TimeQuery>("time query"),
    row<TerminalMissingParts, read_missing, write_missing>(0x0005, "terminal asks for parts"),
    row<Register, read_register, write_register>(0x0100, "register"),
    row<Unregister, read_unregister, write_unregister>(0x0101, "unregister"),
    row<Authenticate, read_authenticate, write_authenticate>(0x0102, "authenticate"),
    row<ParametersReply>("parameters"),
    row<TerminalAttributes>("terminal attributes"),
    row<UpgradeResult>("upgrade result"),
    row<Position, read_position, write_position>(0x0200, "position report"),
    row<PositionReply>("position reply"),
    row<EventChosen>("event chosen"),
    row<Answer>("answer"),
    row<Subscription>("subscription"),
    row<VehicleControlReply>("vehicle control reply"),
    row<Heartbeat, read_heartbeat, write_heartbeat>(0x0506, "heartbeat"),
    row<AreasReply>("areas"),
    row<RecorderData>("recorder data"),
    row<Waybill>("electronic waybill"),
    row<DriverCard>("driver card"),
    row<Batch, read_batch, write_batch>(0x0704, "position batch"),
    row<CanData>("CAN data"),
    row<MediaEvent>("media event"),
    row<Media>("media"),
    row<MediaList>("media list"),
    row<ShotReply>("shot reply"),
    row<PassedUp>("transparent data up"),
    row<Compressed>("compressed data"),
    row<TerminalKey>("terminal key"),
    row<VideoAttributes>("video attributes"),
    row<PassengerCount>("passenger count"),
    row<RecordingList>("recordings"),
    row<UploadEnded>("upload ended"),
    row<AlarmFiles>("alarm files"),
    row<FileBegins>("file begins"),
    row<FileEnds>("file ends"),
    row<WideTextAnswer>("text answer, UTF-16"),
    row<TextAnswer>("text answer"),
    row<PlatformReply, read_reply, write_reply>(0x8001, "platform general reply"),
    row<PlatformMissingParts, read_missing, write_missing>(0x8003, "platform asks for parts"),
    row<ServerTime>("server time"),
    row<RegisterReply, read_register_reply, write_register_reply>(0x8100, "register reply"),
    row<SetParameters>("set parameters"),
    row<QueryAllParameters>("query all parameters"),
    row<TerminalControl>("terminal control"),
    row<QueryParameters>("query parameters"),
    row<QueryAttributes>("query terminal attributes"),
    row<Upgrade>("upgrade"),
    row<LocateNow>("locate now"),
    row<TrackForAWhile>("track for a while"),
    row<ConfirmAlarm>("confirm alarm"),
    row<LinkCheck>("link check"),
    row<TextToDriver>("text to driver"),
    row<EventMenu>("event menu"),
    row<Question>("question"),
    row<ServiceMenu>("information menu"),
    row<ServiceText>("information"),
    row<CallBack>("call back"),
    row<PhoneBook>("phone book"),
    row<VehicleControl>("vehicle control"),
    row<SetCircles>("set circles"),
    row<DeleteCircles>("delete circles"),
    row<SetRectangles>("set rectangles"),
    row<DeleteRectangles>("delete rectangles"),
    row<SetPolygon>("set polygon"),
    row<DeletePolygons>("delete polygons"),
    row<SetRoute>("set route"),
    row<DeleteRoutes>("delete routes"),
    row<QueryAreas>("query areas"),
    row<QueryRecorder>("query recorder"),
    row<SetRecorder>("set recorder"),
    row<QueryDriver>("query driver"),
    row<MediaReply>("media reply"),
    row<Shoot>("shoot"),
    row<QueryMedia>("query media"),
    row<SendMedia>("send media"),
    row<RecordSound>("record sound"),
    row<SendOneMedia>("send one medium"),
    row<PassedDown>("transparent data down"),
    row<PlatformKey>("platform key"),
    row<QueryVideoAttributes>("query video attributes"),
    row<WatchLive>("watch live"),
    row<ControlLive>("control live"),
    row<LiveLoss>("live loss"),
    row<PlayBack>("play back"),
    row<ControlPlayBack>("control play back"),
    row<QueryRecordings>("query recordings"),
    row<UploadRecording>("upload recording"),
    row<ControlUpload>("control upload"),
    row<FilesWanted>("files wanted"),
    row<FileReceived>("file received"),
    row<TurnCamera>("turn camera"),
    row<Focus>("focus"),
    row<Iris>("iris"),
    row<Wiper>("wiper"),
    row<InfraredLight>("infrared light"),
    row<Zoom>("zoom"),
};
static_assert(std::ranges::is_sorted(rows, std::less{}, &CatalogueRow::id));

}  // namespace

std::span<const CatalogueRow> catalogue() { return rows; }

const CatalogueRow* find_row(std::uint16_t id) {
    const auto* const found = std::ranges::lower_bound(rows, id, std::less{}, &CatalogueRow::id);
    return found != rows.end() && found->id == id ? found : nullptr;
}

Result<Message, Fault> decode(std::uint16_t id, Edition edition, ByteView body) {
    const CatalogueRow* const kind = find_row(id);
    if (kind == nullptr) return Unknown{.id = id, .body = {body.begin(), body.end()}};
    Reader r{body};
    Message message = kind->read(r, edition);
    if (!r.ok()) return fail(Fault::truncated);
    if (r.remaining() > 0) return fail(Fault::trailing_bytes);
    return message;
}

Bytes encode(const Message& message, Edition edition) {
    if (const auto* const unknown = std::get_if<Unknown>(&message)) return unknown->body;
    Writer w;
    find_row(id_of(message))->write(message, w, edition);
    return w.finish();
}

Bytes seal_message(Header head, const Message& message) {
    head.id = id_of(message);
    head.part.reset();
    return seal(head, encode(message, head.edition));
}

}  // namespace liuhen::telematics::jtt808
