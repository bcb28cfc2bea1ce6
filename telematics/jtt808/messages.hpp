// The messages of JT/T 808 that are understood: the protocol at a glance. Those by which two sides
// agree to talk are here, the others in the files of their families. Reading and writing them is
// the catalogue's task; whatever has no row there stays `Unknown` with its bytes.
#pragma once

#include "telematics/jtt808/alarm_files.hpp"
#include "telematics/jtt808/areas.hpp"
#include "telematics/jtt808/control.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/jtt808/media.hpp"
#include "telematics/jtt808/papers.hpp"
#include "telematics/jtt808/params.hpp"
#include "telematics/jtt808/passed_on.hpp"
#include "telematics/jtt808/position.hpp"
#include "telematics/jtt808/text_events.hpp"
#include "telematics/jtt808/vehicle.hpp"
#include "telematics/jtt808/video.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace liuhen::telematics::jtt808 {

/// Ids from here on are the platform's.
inline constexpr std::uint16_t first_platform_message = 0x8000;

/// Result byte of a general reply (0x0001, 0x8001).
enum class Outcome : std::uint8_t {
    done = 0,
    failed = 1,
    bad_message = 2,
    unsupported = 3,
    alarm_confirmed = 4,  ///< platform only, 2013 on
};

/// 0x0001 and 0x8001: how the other side's message `serial` with id `message` was received.
template <std::uint16_t Id>
struct GeneralReply {
    static constexpr std::uint16_t id = Id;
    std::uint16_t serial{};
    std::uint16_t message{};
    Outcome outcome{};
    friend bool operator==(const GeneralReply&, const GeneralReply&) = default;
};
using TerminalReply = GeneralReply<0x0001>;
using PlatformReply = GeneralReply<0x8001>;

/// 0x0002. Empty by the standard; some trackers put battery or signal values behind.
struct Heartbeat {
    static constexpr std::uint16_t id = 0x0002;
    Bytes extra;
    friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};

/// 0x0003; also read from 0x0101, which a misprint in the 2011 edition made of it.
struct Unregister {
    static constexpr std::uint16_t id = 0x0003;
    friend bool operator==(const Unregister&, const Unregister&) = default;
};

/// 0x8003 and 0x0005: parts of the message starting at `first_serial` that did not arrive.
template <std::uint16_t Id>
struct MissingParts {
    static constexpr std::uint16_t id = Id;
    std::uint16_t first_serial{};
    std::vector<std::uint16_t> indexes;  ///< counted from 1; at most 255 in 2013
    friend bool operator==(const MissingParts&, const MissingParts&) = default;
};
using TerminalMissingParts = MissingParts<0x0005>;
using PlatformMissingParts = MissingParts<0x8003>;

/// Widths of maker, model and terminal id in 0x0100: 5/8/7, 5/20/7 or 11/30/30 bytes.
enum class RegisterLayout : std::uint8_t { v2011, v2013, v2019 };

/// 0x0100. Texts are UTF-8 without their padding.
struct Register {
    static constexpr std::uint16_t id = 0x0100;
    RegisterLayout layout = RegisterLayout::v2013;
    std::uint16_t province{};  ///< first two digits of the division code
    std::uint16_t city{};      ///< last four
    std::string maker;
    std::string model;
    std::string terminal;
    std::uint8_t plate_colour{};  ///< 0: no plate yet, then `plate` is the VIN
    std::string plate;
    friend bool operator==(const Register&, const Register&) = default;
};

/// Result byte of 0x8100.
enum class Registration : std::uint8_t {
    done = 0,
    vehicle_registered = 1,
    no_such_vehicle = 2,
    terminal_registered = 3,
    no_such_terminal = 4,
};

/// 0x8100. The code is sent only with `done`.
struct RegisterReply {
    static constexpr std::uint16_t id = 0x8100;
    std::uint16_t serial{};  ///< of the registration
    Registration result{};
    std::string code;
    friend bool operator==(const RegisterReply&, const RegisterReply&) = default;
};

/// 0x0102. IMEI and software exist in the 2019 form only.
struct Authenticate {
    static constexpr std::uint16_t id = 0x0102;
    std::string code;
    std::string imei;      ///< at most 15 characters
    std::string software;  ///< at most 20 characters
    friend bool operator==(const Authenticate&, const Authenticate&) = default;
};

/// A message without a row in the catalogue.
struct Unknown {
    std::uint16_t id{};
    Bytes body;
    friend bool operator==(const Unknown&, const Unknown&) = default;
};

using AnyMessage = std::variant<
    Unknown, TerminalReply, Heartbeat, Unregister, TimeQuery, TerminalMissingParts, Register,
    Authenticate, ParametersReply, TerminalAttributes, UpgradeResult, Position, PositionReply,
    EventChosen, Answer, Subscription, VehicleControlReply, AreasReply, RecorderData, Waybill,
    DriverCard, Batch, CanData, MediaEvent, Media, MediaList, ShotReply, PassedUp, Compressed,
    TerminalKey, PlatformReply, PlatformMissingParts, ServerTime, RegisterReply, SetParameters,
    QueryAllParameters, TerminalControl, QueryParameters, QueryAttributes, Upgrade, LocateNow,
    TrackForAWhile, ConfirmAlarm, LinkCheck, TextToDriver, EventMenu, Question, ServiceMenu,
    ServiceText, CallBack, PhoneBook, VehicleControl, SetCircles, DeleteCircles, SetRectangles,
    DeleteRectangles, SetPolygon, DeletePolygons, SetRoute, DeleteRoutes, QueryAreas, QueryRecorder,
    SetRecorder, QueryDriver, MediaReply, Shoot, QueryMedia, SendMedia, RecordSound, SendOneMedia,
    PassedDown, PlatformKey, VideoAttributes, PassengerCount, RecordingList, UploadEnded,
    AlarmFiles, FileBegins, FileEnds, TextAnswer, WideTextAnswer, QueryVideoAttributes, WatchLive,
    ControlLive, LiveLoss, PlayBack, ControlPlayBack, QueryRecordings, UploadRecording,
    ControlUpload, FilesWanted, FileReceived, TurnCamera, Focus, Iris, Wiper, InfraredLight, Zoom>;

template <class T, class Any>
inline constexpr bool is_alternative = false;
template <class T, class... Kinds>
inline constexpr bool is_alternative<T, std::variant<Kinds...>> = (std::is_same_v<T, Kinds> || ...);

/// One message of any kind: a variant whose construction, copying and comparing are compiled once,
/// in messages.cpp. Done in every file, a hundred kinds cost ten seconds of compile time each.
class Message : public AnyMessage {
public:
    Message();
    template <class T>
    requires is_alternative<T, AnyMessage> Message(
        T kind);  // NOLINT(google-explicit-constructor): a kind of message is a message
    Message(const Message& other);
    Message(Message&& other) noexcept;
    Message& operator=(const Message& other);
    Message& operator=(Message&& other) noexcept;
    ~Message();
    friend bool operator==(const Message& a, const Message& b);
};

std::uint16_t id_of(const Message& message);

}  // namespace liuhen::telematics::jtt808
