// What is said to the driver and what the driver answers (0x8300 to 0x8304, 0x0301 to 0x0303), and
// telephones (0x8400, 0x8401). 2019 keeps only 0x8300, 0x8400 and 0x8401 of these.
#pragma once

#include "telematics/jtt808/fields.hpp"

namespace liuhen::telematics::jtt808 {

/// 0x8300: a text to the driver, at most 1,024 bytes.
struct TextToDriver {
    static constexpr std::uint16_t id = 0x8300;
    Layout layout = Layout::v2013;
    std::uint8_t flags{};  ///< bits: 0 urgent, 2 display, 3 read aloud, 4 advertising screen, 5 CAN
                           ///< trouble code; 2019: 0-1 are 1 service, 2 urgent, 3 notice
    std::uint8_t kind{};   ///< 2019 only: 1 notice, 2 service
    Text text{};
    friend bool operator==(const TextToDriver&, const TextToDriver&) = default;

    static void describe(auto& fields, auto& m) {
        fields.bits("flags", m.flags);
        if (m.layout == Layout::v2019) fields.number("kind", m.kind);
        fields.text("text", m.text);
    }
};

/// 0x6006, of no edition: what some terminals answer to the text of an 0x8300 that is a command.
struct TextAnswer {
    static constexpr std::uint16_t id = 0x6006;
    std::uint8_t encoding{};  ///< as sent; GBK whatever it says
    Text text{};
    friend bool operator==(const TextAnswer&, const TextAnswer&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("encoding", m.encoding);
        fields.text("text", m.text);
    }
};
/// 0x1300, of no edition: the same from other makers.
struct WideTextAnswer {
    static constexpr std::uint16_t id = 0x1300;
    Bytes text{};  ///< UTF-16, big end first
    friend bool operator==(const WideTextAnswer&, const WideTextAnswer&) = default;

    static void describe(auto& fields, auto& m) { fields.bytes("text_utf16", m.text); }
};

/// What to do with the list that follows in 0x8301, 0x8303 and 0x8401.
namespace list_action {
inline constexpr std::uint8_t clear = 0;  ///< nothing need follow
inline constexpr std::uint8_t replace = 1;
inline constexpr std::uint8_t add = 2;
inline constexpr std::uint8_t change = 3;
inline constexpr std::uint8_t remove = 4;  ///< 0x8301 only
}  // namespace list_action

/// 0x8301 and 0x8303: a menu the driver may choose from; `Entry` is what it lists. 2011 sends the
/// number of all entries first, then the number of those in this message.
template <std::uint16_t Id, class Entry>
struct Menu {
    static constexpr std::uint16_t id = Id;
    Layout layout = Layout::v2013;
    std::uint8_t action{};  ///< see list_action
    std::uint8_t total{};   ///< 2011 only
    std::vector<Entry> entries{};
    friend bool operator==(const Menu&, const Menu&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("action", m.action);
        if (!fields.more(m.action != list_action::clear || !m.entries.empty())) return;
        if (m.layout == Layout::v2011) fields.number("total", m.total);
        const auto n = fields.template count<std::uint8_t>("count", m.entries.size());
        fields.items("entries", m.entries, n);
    }
};

struct EventEntry {
    std::uint8_t event{};
    Text text{};
    friend bool operator==(const EventEntry&, const EventEntry&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("event", m.event);
        fields.template text_after<std::uint8_t>("text", m.text);
    }
};
struct ServiceEntry {
    std::uint8_t service{};
    Text name{};
    friend bool operator==(const ServiceEntry&, const ServiceEntry&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("service", m.service);
        fields.template text_after<std::uint16_t>("name", m.name);
    }
};
/// 0x8401: one contact. Ways: 1 may call in, 2 may be called, 3 both.
struct Contact {
    std::uint8_t ways{};
    Text number{};
    Text name{};
    friend bool operator==(const Contact&, const Contact&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("ways", m.ways);
        fields.template text_after<std::uint8_t>("number", m.number);
        fields.template text_after<std::uint8_t>("name", m.name);
    }
};
using EventMenu = Menu<0x8301, EventEntry>;
using ServiceMenu = Menu<0x8303, ServiceEntry>;
using PhoneBook = Menu<0x8401, Contact>;

/// 0x0301: the driver chose an event of the menu.
struct EventChosen {
    static constexpr std::uint16_t id = 0x0301;
    std::uint8_t event{};
    friend bool operator==(const EventChosen&, const EventChosen&) = default;

    static void describe(auto& fields, auto& m) { fields.number("event", m.event); }
};

struct PossibleAnswer {
    std::uint8_t answer{};
    Text text{};
    friend bool operator==(const PossibleAnswer&, const PossibleAnswer&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("answer", m.answer);
        fields.template text_after<std::uint16_t>("text", m.text);
    }
};
/// 0x8302: a question with its possible answers.
struct Question {
    static constexpr std::uint16_t id = 0x8302;
    std::uint8_t flags{};  ///< bits: 0 urgent, 3 read aloud, 4 advertising screen
    Text question{};
    std::vector<PossibleAnswer> answers{};
    friend bool operator==(const Question&, const Question&) = default;

    static void describe(auto& fields, auto& m) {
        fields.bits("flags", m.flags);
        fields.template text_after<std::uint8_t>("question", m.question);
        fields.items_to_end("answers", m.answers);
    }
};
/// 0x0302: the driver's answer.
struct Answer {
    static constexpr std::uint16_t id = 0x0302;
    std::uint16_t serial{};  ///< of the question
    std::uint8_t answer{};
    friend bool operator==(const Answer&, const Answer&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("reply_serial", m.serial);
        fields.number("answer", m.answer);
    }
};

/// 0x0303: the driver subscribes to an information service (1) or leaves it (0).
struct Subscription {
    static constexpr std::uint16_t id = 0x0303;
    std::uint8_t service{};
    std::uint8_t on{};
    friend bool operator==(const Subscription&, const Subscription&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("service", m.service);
        fields.number("on", m.on);
    }
};
/// 0x8304: a text of an information service.
struct ServiceText {
    static constexpr std::uint16_t id = 0x8304;
    std::uint8_t service{};
    Text text{};
    friend bool operator==(const ServiceText&, const ServiceText&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("service", m.service);
        fields.template text_after<std::uint16_t>("text", m.text);
    }
};

/// 0x8400: ring this number: 0 a call, 1 to listen in.
struct CallBack {
    static constexpr std::uint16_t id = 0x8400;
    std::uint8_t listen{};
    Text number{};
    friend bool operator==(const CallBack&, const CallBack&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("listen", m.listen);
        fields.text("number", m.number);
    }
};

}  // namespace liuhen::telematics::jtt808
