#include "server/sheets/xml.hpp"

#include <exception>
#include <expat.h>
#include <stdexcept>

namespace liuhen::server::sheets {

struct XmlReader::State {
    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> parser;
    XmlEvents events;
    std::exception_ptr thrown{};  // by an event: kept until expat's frames are left
    bool heard = false;           // of anything in these bytes
    std::size_t silent = 0;       // bytes of which nothing was heard: one tag or comment so far

    template <class Event>
    void tell(Event event) {
        if (thrown) return;
        try {
            event();
        } catch (...) {
            thrown = std::current_exception();
            XML_StopParser(parser.get(), XML_FALSE);
        }
    }
};

namespace {

std::string_view local(const char* name) {
    const std::string_view whole{name};
    const auto colon = whole.find(':');
    return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

template <class State>
void begin(void* context, const XML_Char* name, const XML_Char** attributes) {
    auto& state = *static_cast<State*>(context);
    state.heard = true;
    if (!state.events.begin) return;
    state.tell([&] {
        XmlAttributes said;
        for (; *attributes != nullptr; attributes += 2)
            said.emplace(local(attributes[0]), attributes[1]);
        state.events.begin(local(name), said);
    });
}

template <class State>
void end(void* context, const XML_Char* name) {
    auto& state = *static_cast<State*>(context);
    state.heard = true;
    if (state.events.end) state.tell([&] { state.events.end(local(name)); });
}

template <class State>
void text(void* context, const XML_Char* bytes, int count) {
    auto& state = *static_cast<State*>(context);
    state.heard = true;
    if (!state.events.text) return;
    state.tell([&] { state.events.text({bytes, static_cast<std::size_t>(count)}); });
}

// Comments and the like.
template <class State>
void pass_over(void* context, const XML_Char* /*bytes*/, int /*count*/) {
    static_cast<State*>(context)->heard = true;
}

template <class State>
void refuse_doctype(void* context, const XML_Char* /*name*/, const XML_Char* /*system*/,
                    const XML_Char* /*open*/, int /*internal*/) {
    XML_StopParser(static_cast<State*>(context)->parser.get(), XML_FALSE);
}

}  // namespace

XmlReader::XmlReader(XmlEvents events) : state_(std::make_unique<State>()) {
    state_->parser.reset(XML_ParserCreate(nullptr));
    if (!state_->parser) throw std::runtime_error{"expat does not begin"};
    state_->events = std::move(events);
    XML_SetUserData(state_->parser.get(), state_.get());
    XML_SetElementHandler(state_->parser.get(), begin<State>, end<State>);
    XML_SetCharacterDataHandler(state_->parser.get(), text<State>);
    XML_SetDefaultHandler(state_->parser.get(), pass_over<State>);
    XML_SetStartDoctypeDeclHandler(state_->parser.get(), refuse_doctype<State>);
}

XmlReader::~XmlReader() = default;

bool XmlReader::feed(std::string_view bytes) {
    state_->heard = false;
    const auto status =
        XML_Parse(state_->parser.get(), bytes.data(), static_cast<int>(bytes.size()), XML_FALSE);
    if (state_->thrown) std::rethrow_exception(state_->thrown);
    state_->silent = state_->heard ? 0 : state_->silent + bytes.size();
    return status == XML_STATUS_OK && state_->silent <= max_tag_bytes;
}

bool XmlReader::finish() {
    const auto status = XML_Parse(state_->parser.get(), nullptr, 0, XML_TRUE);
    if (state_->thrown) std::rethrow_exception(state_->thrown);
    return status == XML_STATUS_OK;
}

void XmlReader::stop() { XML_StopParser(state_->parser.get(), XML_FALSE); }

}  // namespace liuhen::server::sheets
