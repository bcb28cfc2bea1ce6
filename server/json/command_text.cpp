// Texts to the driver (0x8300), menus and questions (0x8301 to 0x8304), telephones (0x8400,
// 0x8401).
#include "server/json/command_readers.hpp"

#include <array>

namespace liuhen::server::commands {
namespace {

using jtt808::Message;

constexpr std::size_t text_bytes = 1024;  // 2013, 8300
constexpr std::size_t short_bytes = 255;  // behind a length of one byte
constexpr std::size_t phone_bytes = 20;
constexpr std::size_t most_entries = 50;
constexpr std::size_t most_contacts = 200;

namespace text_flag {
constexpr unsigned urgent = 1U << 0U, display = 1U << 2U, speak = 1U << 3U, advertise = 1U << 4U;
}

constexpr std::array menu_actions{
    Named{"clear", jtt808::list_action::clear}, Named{"replace", jtt808::list_action::replace},
    Named{"add", jtt808::list_action::add}, Named{"change", jtt808::list_action::change}};
constexpr std::array event_actions{
    Named{"clear", jtt808::list_action::clear}, Named{"replace", jtt808::list_action::replace},
    Named{"add", jtt808::list_action::add}, Named{"change", jtt808::list_action::change},
    Named{"remove", jtt808::list_action::remove}};
constexpr std::array ways{Named{"in", 1}, Named{"out", 2}, Named{"both", 3}};

unsigned flag(Fields& form, std::string_view name, bool otherwise, unsigned bit) {
    return form.flag(name, otherwise) ? bit : 0U;
}

// The list of a menu: none with "clear", else at least one.
template <class Menu, class Entry, class Read>
Menu read_menu(Fields& form, std::string_view list, std::span<const Named> actions,
               std::size_t most, Read read) {
    Menu menu;
    menu.action = static_cast<std::uint8_t>(choice(form, "action", actions));
    if (menu.action == jtt808::list_action::clear) {
        if (form.any(list) != nullptr) form.add("EXCLUSIVE", list);
        return menu;
    }
    menu.entries = each<Entry>(form, list, most, read);
    if (menu.entries.empty()) form.add("TOO_SHORT", list);
    return menu;
}

}  // namespace

Command read_text(Fields& form) {
    jtt808::TextToDriver m;
    m.text = gbk_text(form, "text", 1, text_bytes);
    m.flags = static_cast<std::uint8_t>(flag(form, "urgent", false, text_flag::urgent) |
                                        flag(form, "display", true, text_flag::display) |
                                        flag(form, "speak", true, text_flag::speak) |
                                        flag(form, "advertise", false, text_flag::advertise));
    constexpr std::uint8_t notice = 1, service = 2;
    m.kind = form.flag("service", false) ? service : notice;
    return Message{std::move(m)};
}

Command read_event_menu(Fields& form) {
    const auto entry = [](Fields& one) {
        return jtt808::EventEntry{number_of<std::uint8_t>(one, "event", 0, 255),
                                  gbk_text(one, "text", 1, short_bytes)};
    };
    return Message{read_menu<jtt808::EventMenu, jtt808::EventEntry>(form, "events", event_actions,
                                                                    most_entries, entry)};
}

Command read_question(Fields& form) {
    jtt808::Question m;
    m.question = gbk_text(form, "question", 1, short_bytes);
    m.flags = static_cast<std::uint8_t>(flag(form, "urgent", false, text_flag::urgent) |
                                        flag(form, "speak", true, text_flag::speak) |
                                        flag(form, "advertise", false, text_flag::advertise));
    m.answers = each<jtt808::PossibleAnswer>(form, "answers", most_entries, [](Fields& one) {
        return jtt808::PossibleAnswer{number_of<std::uint8_t>(one, "answer", 0, 255),
                                      gbk_text(one, "text", 1, short_bytes)};
    });
    if (m.answers.empty()) form.add("TOO_SHORT", "answers");
    return Message{std::move(m)};
}

Command read_service_menu(Fields& form) {
    const auto entry = [](Fields& one) {
        return jtt808::ServiceEntry{number_of<std::uint8_t>(one, "service", 0, 255),
                                    gbk_text(one, "name", 1, short_bytes)};
    };
    return Message{read_menu<jtt808::ServiceMenu, jtt808::ServiceEntry>(
        form, "services", menu_actions, most_entries, entry)};
}

Command read_service_text(Fields& form) {
    return Message{jtt808::ServiceText{number_of<std::uint8_t>(form, "service", 0, 255),
                                       gbk_text(form, "text", 1, text_bytes)}};
}

Command read_call_back(Fields& form) {
    jtt808::CallBack m;
    m.number = gbk_text(form, "number", 1, phone_bytes);
    m.listen = form.flag("listen", false) ? 1 : 0;
    return Message{std::move(m)};
}

Command read_phone_book(Fields& form) {
    const auto entry = [](Fields& one) {
        return jtt808::Contact{static_cast<std::uint8_t>(choice(one, "ways", ways)),
                               gbk_text(one, "number", 1, phone_bytes),
                               gbk_text(one, "name", 1, short_bytes)};
    };
    return Message{read_menu<jtt808::PhoneBook, jtt808::Contact>(form, "contacts", menu_actions,
                                                                 most_contacts, entry)};
}

}  // namespace liuhen::server::commands
