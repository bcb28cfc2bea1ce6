#include "server/http/order_policy.hpp"

#include "server/json/nfc.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

namespace liuhen::server::http {
namespace {

namespace jtt808 = telematics::jtt808;
using manifest::Role;
using telematics::LockCommand;
using telematics::LockSetting;

constexpr Roles operator_only{Role::operator_};
constexpr Roles overseers{Role::operator_, Role::regulator, Role::police};
constexpr Roles all_who_order{Role::operator_, Role::regulator, Role::police, Role::carrier};

struct KindRow {
    std::string_view kind;
    Roles roles;
};
constexpr std::array rows{
    KindRow{"call_back", operator_only},
    KindRow{"camera", overseers},
    KindRow{"confirm_alarm", operator_only},
    KindRow{"control_live", overseers},
    KindRow{"control_play_back", overseers},
    KindRow{"control_upload", operator_only},
    KindRow{"delete_areas", operator_only},
    KindRow{"delete_media", operator_only},
    KindRow{"doors", operator_only},
    KindRow{"event_menu", operator_only},
    KindRow{"link_check", operator_only},
    KindRow{"locate", all_who_order},
    KindRow{"lock", operator_only},
    KindRow{"lock_setting", operator_only},
    KindRow{"manifest_route", operator_only},
    KindRow{"phone_book", operator_only},
    KindRow{"photo", all_who_order},
    KindRow{"play_back", overseers},
    KindRow{"query_areas", operator_only},
    KindRow{"query_attributes", operator_only},
    KindRow{"query_driver", operator_only},
    KindRow{"query_media", operator_only},
    KindRow{"query_parameters", operator_only},
    KindRow{"query_recorder", operator_only},
    KindRow{"query_recordings", overseers},
    KindRow{"query_video_attributes", operator_only},
    KindRow{"question", operator_only},
    KindRow{"record_sound", operator_only},
    KindRow{"send_alarm_files", operator_only},
    KindRow{"send_media", operator_only},
    KindRow{"service_menu", operator_only},
    KindRow{"service_text", operator_only},
    KindRow{"set_circles", operator_only},
    KindRow{"set_parameters", operator_only},
    KindRow{"set_polygon", operator_only},
    KindRow{"set_rectangles", operator_only},
    KindRow{"set_route", operator_only},
    KindRow{"terminal_control", operator_only},
    KindRow{"text", all_who_order},
    KindRow{"track", overseers},
    KindRow{"transparent", operator_only},
    KindRow{"upload_recording", operator_only},
    KindRow{"watch_live", overseers},
};
static_assert(std::ranges::is_sorted(rows, std::less{}, &KindRow::kind));

// Sentences of a lock that change neither who may open it nor where: restart, clock, how long it
// may stand open, where alarms go, when the battery is low.
constexpr std::array<std::string_view, 5> harmless_sentences{"P15", "P22", "P38", "P40", "P61"};
// Transparent data that asks for state and no more: GNSS details, transport card, peripherals. What
// goes to a serial port may reach a lock that hangs on it.
constexpr std::array<std::uint8_t, 4> harmless_passed{0x00, 0x0B, 0xF7, 0xF8};
// Vendors' parameters may switch outputs; those of active safety do not.
constexpr std::uint32_t first_vendor_parameter = 0xF000;
constexpr std::array<std::uint32_t, 4> harmless_vendor_parameters{0xF364, 0xF365, 0xF366, 0xF367};
// Many terminals pass a text on to a lock when it looks like one of its sentences.
constexpr std::string_view sentence_openers = "(#*$@<[{&";
constexpr std::array<std::string_view, 5> opening_words{"unlock", "rc-", "elock", "##", "$$"};
// In names of hosts, passwords and the like the others may stand for anything.
constexpr std::array<std::string_view, 3> plainly_opening_words{"unlock", "elock", "##s,"};

template <class List, class T>
bool is_in(const List& list, const T& value) {
    return std::ranges::find(list, value) != list.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_plain(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

// "(p43" or "p43,8" at this place, spaces between them or not.
bool has_sentence_at(std::string_view text, std::size_t p) {
    if (text.size() < p + 3 || text[p] != 'p' || !is_digit(text[p + 1]) || !is_digit(text[p + 2]))
        return false;
    const auto before = text.find_last_not_of(' ', p == 0 ? std::string_view::npos : p - 1);
    if (p > 0 && before != std::string_view::npos && text[before] == '(') return true;
    const auto comma = text.find_first_not_of(' ', p + 3);
    if (comma == std::string_view::npos || text[comma] != ',') return false;
    const auto argument = text.find_first_not_of(' ', comma + 1);
    return argument != std::string_view::npos && is_digit(text[argument]);
}

template <class Words>
bool holds_sentence_or(const Words& words, std::string_view text) {
    for (std::size_t p = text.find('p'); p != std::string_view::npos; p = text.find('p', p + 1)) {
        if (has_sentence_at(text, p)) return true;
    }
    return std::ranges::any_of(
        words, [text](std::string_view w) { return text.find(w) != std::string_view::npos; });
}

// Whatever stands around it: terminals look for a sentence at the beginning or anywhere.
bool looks_like_a_sentence(std::string_view utf8) {
    const std::string text = folded(utf8);
    const auto word = std::ranges::find_if(text, is_plain);
    if (std::find_first_of(text.begin(), word, sentence_openers.begin(), sentence_openers.end()) !=
        word)
        return true;
    return holds_sentence_or(opening_words, text);
}

// Text that is no sentence to anybody: an address, a password, a number.
bool holds_a_sentence(std::string_view utf8) {
    return holds_sentence_or(plainly_opening_words, folded(utf8));
}

// Bytes of which nobody says what they are: letters of one byte or of two.
bool holds_a_sentence(telematics::ByteView bytes) {
    std::string letters;
    for (const std::byte b : bytes) {
        const auto c = static_cast<char>(b);
        if (c != '\0') letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return holds_sentence_or(plainly_opening_words, letters);
}

Fault governed(std::string pointer, std::string_view value = {}) {
    return fault("GOVERNED", std::move(pointer), value);
}

std::optional<Fault> in_text(const jtt808::Text& text, std::string pointer) {
    if (!looks_like_a_sentence(text.utf8)) return std::nullopt;
    return governed(std::move(pointer), text.utf8);
}

// What may be secret is not repeated.
std::optional<Fault> in_value(const jtt808::Text& text, std::string pointer) {
    if (!holds_a_sentence(text.utf8)) return std::nullopt;
    return governed(std::move(pointer));
}

std::optional<Fault> in_bytes(const telematics::Bytes& bytes, std::string pointer) {
    if (!holds_a_sentence(telematics::ByteView{bytes})) return std::nullopt;
    return governed(std::move(pointer));
}

// The first of these that is one.
std::optional<Fault> first_of(std::initializer_list<std::optional<Fault>> faults) {
    for (const auto& fault : faults)
        if (fault) return fault;
    return std::nullopt;
}

std::optional<Fault> in_parameter(const jtt808::Parameter& parameter, const std::string& pointer) {
    const std::uint32_t id = parameter.id;
    if (id >= first_vendor_parameter && !is_in(harmless_vendor_parameters, id))
        return governed(pointer + "/parameter");
    if (holds_a_sentence(telematics::ByteView{parameter.value}) ||
        holds_a_sentence(telematics::utf8_from_gbk(parameter.value)))
        return governed(pointer + "/value");
    return std::nullopt;
}

template <class Entry>
std::optional<Fault> in_entries(const std::vector<Entry>& entries, std::string_view list,
                                std::string_view field, jtt808::Text Entry::*text) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (auto fault = in_text(entries[i].*text, pointer_to(list, i) + std::string{field}))
            return fault;
    }
    return std::nullopt;
}

// One overload for each message that could open something; the rest opens nothing.
struct Opening {
    std::optional<Fault> operator()(const jtt808::VehicleControl& m) const {
        if (jtt808::doors_in(m) == jtt808::Doors::locked) return std::nullopt;
        return governed("/doors", "unlock");
    }
    std::optional<Fault> operator()(const jtt808::PassedDown& m) const {
        if (!is_in(harmless_passed, m.kind)) return governed("/type", std::to_string(m.kind));
        return in_bytes(m.content, "/content");
    }
    std::optional<Fault> operator()(const jtt808::TextToDriver& m) const {
        return in_text(m.text, "/text");
    }
    std::optional<Fault> operator()(const jtt808::ServiceText& m) const {
        return in_text(m.text, "/text");
    }
    // They may hold the password of a network and are not repeated.
    std::optional<Fault> operator()(const jtt808::TerminalControl& m) const {
        if (!looks_like_a_sentence(m.arguments.utf8)) return std::nullopt;
        return governed("/arguments");
    }
    std::optional<Fault> operator()(const jtt808::CallBack& m) const {
        return in_text(m.number, "/number");
    }
    std::optional<Fault> operator()(const jtt808::Question& m) const {
        if (auto fault = in_text(m.question, "/question")) return fault;
        return in_entries(m.answers, "/answers", "/text", &jtt808::PossibleAnswer::text);
    }
    std::optional<Fault> operator()(const jtt808::EventMenu& m) const {
        return in_entries(m.entries, "/events", "/text", &jtt808::EventEntry::text);
    }
    std::optional<Fault> operator()(const jtt808::ServiceMenu& m) const {
        return in_entries(m.entries, "/services", "/name", &jtt808::ServiceEntry::name);
    }
    std::optional<Fault> operator()(const jtt808::PhoneBook& m) const {
        if (auto fault = in_entries(m.entries, "/contacts", "/number", &jtt808::Contact::number))
            return fault;
        return in_entries(m.entries, "/contacts", "/name", &jtt808::Contact::name);
    }
    std::optional<Fault> operator()(const jtt808::SetParameters& m) const {
        for (std::size_t i = 0; i < m.parameters.size(); ++i) {
            if (auto fault = in_parameter(m.parameters[i], pointer_to("/parameters", i)))
                return fault;
        }
        return std::nullopt;
    }
    std::optional<Fault> operator()(const jtt808::SetCircles& m) const {
        return in_entries(m.setting.areas, "/circles", "/name", &jtt808::Circle::name);
    }
    std::optional<Fault> operator()(const jtt808::SetRectangles& m) const {
        return in_entries(m.setting.areas, "/rectangles", "/name", &jtt808::Rectangle::name);
    }
    std::optional<Fault> operator()(const jtt808::SetPolygon& m) const {
        return in_text(m.shape.name, "/name");
    }
    std::optional<Fault> operator()(const jtt808::SetRoute& m) const {
        return in_text(m.shape.name, "/name");
    }
    std::optional<Fault> operator()(const jtt808::QueryRecorder& m) const {
        return in_bytes(m.block, "/block");
    }
    std::optional<Fault> operator()(const jtt808::WatchLive& m) const {
        return in_value(m.server.host, "/host");
    }
    std::optional<Fault> operator()(const jtt808::PlayBack& m) const {
        return in_value(m.server.host, "/host");
    }
    std::optional<Fault> operator()(const jtt808::UploadRecording& m) const {
        return first_of({in_value(m.host, "/host"), in_value(m.user, "/user"),
                         in_value(m.password, "/password"), in_value(m.path, "/path")});
    }
    std::optional<Fault> operator()(const jtt808::FilesWanted& m) const {
        return first_of({in_value(m.host, "/host"), in_value(m.label.terminal, "/terminal"),
                         in_value(m.alarm, "/alarm")});
    }
    std::optional<Fault> operator()(const auto&) const { return std::nullopt; }
};

std::optional<Fault> of(const jtt808::Message& message) { return std::visit(Opening{}, message); }

std::optional<Fault> of(const LockCommand& command) {
    using enum LockCommand::Verb;
    if (command.verb != seal && command.verb != refuse_passwords) return governed("/verb");
    return in_text({command.user}, "/user");
}

// "(P38,1,60)": exactly one sentence, of one of the harmless kinds.
std::optional<Fault> of(const LockSetting& setting) {
    const std::string& said = setting.sentence;
    const bool one = said.size() >= 5 && said.front() == '(' && said.back() == ')' &&
                     said.find_first_of("()", 1) == said.size() - 1;
    const bool ended = one && (said[4] == ',' || said[4] == ')');
    if (ended && is_in(harmless_sentences, std::string_view{said}.substr(1, 3)))
        return std::nullopt;
    return governed("/sentence", said);
}

}  // namespace

Roles may_order(std::string_view kind) {
    const auto* const row = std::ranges::lower_bound(rows, kind, std::less{}, &KindRow::kind);
    return row != rows.end() && row->kind == kind ? row->roles : Roles{};
}

std::optional<Fault> ungoverned_opening(const telematics::Command& command) {
    return std::visit([](const auto& one) { return of(one); }, command);
}

}  // namespace liuhen::server::http
