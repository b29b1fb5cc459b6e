// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Walks through an XML document that comes from outside: no DTD, no entities but the five, whole or not at all. */
final class Xml {

    private static final XMLInputFactory FACTORY = factory();

    private Xml() {}

    /** Takes the elements as they open. */
    interface Visitor {

        /** @param path the names from the root to this element, with {@code /} between them */
        void element(String path, Attributes attributes) throws UnreadableException;
    }

    /** The attributes of one element. */
    record Attributes(String path, Map<String, String> values) {

        String text(String name) throws UnreadableException {
            String value = values.get(name);
            if (value == null) {
                throw new UnreadableException(path + " has no attribute " + name);
            }
            return value;
        }

        String text(String name, String fallback) {
            return values.getOrDefault(name, fallback);
        }

        boolean flag(String name) throws UnreadableException {
            return flag(name, text(name));
        }

        boolean flag(String name, boolean fallback) throws UnreadableException {
            String value = values.get(name);
            return value == null ? fallback : flag(name, value);
        }

        private boolean flag(String name, String value) throws UnreadableException {
            if (!value.equals("true") && !value.equals("false")) {
                throw new UnreadableException(path + " has " + name + "=\"" + value + "\", expected true or false");
            }
            return value.equals("true");
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        return factory;
    }

    /** @throws UnreadableException if it is not well-formed, or if the visitor says so */
    static void walk(String document, Visitor visitor) throws UnreadableException {
        Deque<String> paths = new ArrayDeque<>();
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new StringReader(document));
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    String path = paths.isEmpty() ? reader.getLocalName() : paths.peek() + "/" + reader.getLocalName();
                    paths.push(path);
                    visitor.element(path, attributes(path, reader));
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    paths.pop();
                } else if (event == XMLStreamConstants.DTD) {
                    throw new UnreadableException("has a document type, which no cluster tool writes");
                }
            }
        } catch (XMLStreamException e) {
            throw new UnreadableException(
                    "not XML: " + String.valueOf(e.getMessage()).replace('\n', ' '));
        }
    }

    private static Attributes attributes(String path, XMLStreamReader reader) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            values.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        return new Attributes(path, values);
    }
}
