// Orders to cameras (JT/T 1078), for the files of alarms, and answers that go in several messages.
#include "jtt808_call.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

Frame only_frame(const Result<Bytes, Untold>& said) {
    REQUIRE(said);
    const auto frames = frames_in(*said);
    REQUIRE(frames.size() == 1);
    return frames.front();
}
TerminalReply taken(const Frame& order) {
    return {.serial = order.head.serial, .message = order.head.id};
}
OrderAnswer only_order_answer(const Turn& turn) {
    REQUIRE(turn.answers.size() == 1);
    return turn.answers.front();
}
MediaList list_of(std::uint16_t serial, std::uint16_t total, std::vector<std::uint32_t> media) {
    MediaList list{.serial = serial, .total = total};
    for (const std::uint32_t one : media) {
        list.media.push_back({.media = one, .position = position()});
    }
    return list;
}
ParametersReply parameters_of_2011(std::uint16_t serial, std::uint8_t total,
                                   std::vector<std::uint32_t> ids) {
    ParametersReply reply{.layout = Layout::v2011, .serial = serial, .total = total};
    for (const std::uint32_t id : ids) reply.parameters.push_back({.id = id, .value = Bytes(4)});
    return reply;
}

}  // namespace

TEST_CASE("orders to cameras are over with the general reply, on terminals of 2013 and 2019") {
    const std::vector<Message> orders{WatchLive{.channel = 1},
                                      ControlLive{.channel = 1},
                                      PlayBack{.channel = 1},
                                      ControlPlayBack{},
                                      FilesWanted{},
                                      TurnCamera{.channel = 1},
                                      Focus{},
                                      Iris{},
                                      Wiper{},
                                      InfraredLight{},
                                      Zoom{}};
    for (const Edition edition : {Edition::v2013, Edition::v2019}) {
        for (const Message& order : orders) {
            Call call;
            call.edition = edition;
            call.authenticated();
            const Frame frame = only_frame(call.tell("o", order));
            CHECK(frame.head.id == id_of(order));
            CHECK(only_order_answer(call.say(taken(frame))) ==
                  OrderAnswer{"o", OrderState::done, 0x0001, ""});
            CHECK_FALSE(call.dialogue.due());
        }
    }
}

TEST_CASE("a terminal of 2011 has no cameras of JT/T 1078") {
    Call call;
    Register registration_2011 = registration("浙K12345");
    registration_2011.layout = RegisterLayout::v2011;
    call.say(registration_2011);
    call.authenticated();
    for (const Message& order : {Message{WatchLive{}}, Message{QueryRecordings{}},
                                 Message{UploadRecording{}}, Message{Zoom{}}}) {
        const auto said = call.tell("o", order);
        REQUIRE_FALSE(said);
        CHECK(said.error() == Untold::not_supported);
    }
}

TEST_CASE("what a terminal can record is asked for, and kept") {
    Call call;
    call.authenticated();
    const Frame query = only_frame(call.tell("o", QueryVideoAttributes{}));
    CHECK(only_order_answer(call.say(taken(query))).state == OrderState::acknowledged);
    CHECK(call.tell("two", QueryVideoAttributes{}).error() == Untold::busy);
    const Turn turn = call.say(VideoAttributes{.most_video_channels = 4});
    CHECK(only_order_answer(turn) == OrderAnswer{"o", OrderState::done, 0x1003, ""});
    CHECK(turn.documents.size() == 1);
}

TEST_CASE("recordings are listed under the serial of the question") {
    Call call;
    call.authenticated();
    const Frame one = only_frame(call.tell("one", QueryRecordings{}));
    const Frame two = only_frame(call.tell("two", QueryRecordings{}));
    CHECK(call.say(taken(two)).answers.size() == 1);
    const Turn turn =
        call.say(RecordingList{.serial = two.head.serial, .recordings = {{.size_bytes = 7}}});
    CHECK(only_order_answer(turn) == OrderAnswer{"two", OrderState::done, 0x1205, "1 recordings"});
    CHECK(turn.documents.size() == 1);
    CHECK(only_order_answer(call.say(RecordingList{.serial = one.head.serial})).detail ==
          "0 recordings");
}

TEST_CASE("a play-back is over with its general reply or with its list, whichever comes first") {
    Call call;
    call.authenticated();
    const Frame plain = only_frame(call.tell("plain", PlayBack{}));
    CHECK(only_order_answer(call.say(taken(plain))).state == OrderState::done);
    const Frame listed = only_frame(call.tell("listed", PlayBack{}));
    CHECK(only_order_answer(call.say(RecordingList{.serial = listed.head.serial})) ==
          OrderAnswer{"listed", OrderState::done, 0x1205, "0 recordings"});
    CHECK(call.say(taken(listed)).answers.empty());
}

TEST_CASE("an upload is acknowledged, may last two hours, and ends as the terminal says") {
    for (const auto result : {std::uint8_t{0}, std::uint8_t{1}}) {
        Call call;
        call.authenticated();
        const Frame upload = only_frame(call.tell("o", UploadRecording{.host = "h"}, 0s));
        CHECK(only_order_answer(call.say(taken(upload))).state == OrderState::acknowledged);
        CHECK(call.dialogue.tick(7'199s).answers.empty());
        const Turn turn = call.say(UploadEnded{.serial = upload.head.serial, .result = result});
        CHECK(only_order_answer(turn).state ==
              (result == 0 ? OrderState::done : OrderState::refused));
    }
}

TEST_CASE(
    "an upload is controlled by the serial under which it was said, and only while it lasts") {
    Call call;
    call.authenticated();
    CHECK(call.tell("early", ControlUpload{.command = 2}).error() == Untold::not_ready);
    const Frame first = only_frame(call.tell("first", UploadRecording{.host = "h"}));
    const Frame upload = only_frame(call.tell("second", UploadRecording{.host = "h"}));
    const Frame control = only_frame(call.tell("control", ControlUpload{.command = 2}));
    const Message read = *decode(control.head.id, control.head.edition, control.body());
    CHECK(std::get<ControlUpload>(read).serial == upload.head.serial);
    CHECK(std::get<ControlUpload>(read).command == 2);
    for (const Frame& one : {first, upload}) call.say(UploadEnded{.serial = one.head.serial});
    CHECK(call.tell("late", ControlUpload{.command = 2}).error() == Untold::not_ready);
}

TEST_CASE("a list of media in three messages ends its order with the third") {
    Call call;
    call.authenticated();
    const Frame query = only_frame(call.tell("o", QueryMedia{}, 0s));
    const std::uint16_t serial = query.head.serial;
    const MediaList first = list_of(serial, 5, {1, 2});
    CHECK(only_order_answer(call.say(first)) ==
          OrderAnswer{"o", OrderState::acknowledged, 0x0802, "", serial});
    CHECK(call.say(first).answers.empty());  // said again, for want of our reply
    CHECK(call.say(list_of(serial, 5, {3, 4})).answers.empty());
    CHECK(call.dialogue.tick(200s).reply.empty());  // taken: not said again
    CHECK(only_order_answer(call.say(list_of(serial, 5, {5}))) ==
          OrderAnswer{"o", OrderState::done, 0x0802, "5 media"});
    CHECK_FALSE(call.dialogue.due());
}

TEST_CASE("a list whose rest never comes times out, and an empty message ends one") {
    Call call;
    call.authenticated();
    const Frame query = only_frame(call.tell("o", QueryMedia{}, 0s));
    CHECK(call.say(list_of(query.head.serial, 5, {1, 2})).answers.size() == 1);
    CHECK(only_order_answer(call.dialogue.tick(240s)).state == OrderState::timed_out);

    const Frame next = only_frame(call.tell("p", QueryMedia{}, 300s));
    CHECK(only_order_answer(call.say(list_of(next.head.serial, 5, {}))).state == OrderState::done);
}

TEST_CASE("parameters of 2011 in two messages are counted together; later editions send one") {
    Call call;
    call.authenticated();
    const Frame query = only_frame(call.tell("o", QueryAllParameters{}));
    const std::uint16_t serial = query.head.serial;
    CHECK(only_order_answer(call.say(parameters_of_2011(serial, 3, {1, 2}))).state ==
          OrderState::acknowledged);
    CHECK(only_order_answer(call.say(parameters_of_2011(serial, 3, {3}))) ==
          OrderAnswer{"o", OrderState::done, 0x0104, "3 parameters"});
}
