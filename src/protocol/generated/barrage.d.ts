import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace barrage. */
export namespace barrage {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a User.
         * @deprecated Use barrage.v1.User.$Properties instead.
         */
        interface IUser extends barrage.v1.User.$Properties {
        }

        /** Represents a User. */
        class User {

            /**
             * Constructs a new User.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.User.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** User id. */
            id: string;

            /** User name. */
            name: string;

            /** User badges. */
            badges: string[];

            /**
             * Encodes the specified User message. Does not implicitly {@link barrage.v1.User.verify|verify} messages.
             * @param message User message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.User.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a User message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.User & barrage.v1.User.$Shape} User
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.User & barrage.v1.User.$Shape;
        }

        namespace User {

            /** Properties of a User. */
            interface $Properties {

                /** User id */
                id?: (string|null);

                /** User name */
                name?: (string|null);

                /** User badges */
                badges?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a User. */
            type $Shape = barrage.v1.User.$Properties;
        }

        /**
         * Properties of a Comment.
         * @deprecated Use barrage.v1.Comment.$Properties instead.
         */
        interface IComment extends barrage.v1.Comment.$Properties {
        }

        /** Represents a Comment. */
        class Comment {

            /**
             * Constructs a new Comment.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Comment.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Comment user. */
            user?: (barrage.v1.User.$Properties|null);

            /** Comment text. */
            text: string;

            /** Comment mode. */
            mode?: (barrage.v1.Comment.Mode|null);

            /** Comment color. */
            color?: (number|null);

            /** Comment size. */
            size?: (number|null);

            /** Comment repeat. */
            repeat?: (number|null);

            /**
             * Encodes the specified Comment message. Does not implicitly {@link barrage.v1.Comment.verify|verify} messages.
             * @param message Comment message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Comment.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Comment message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Comment & barrage.v1.Comment.$Shape} Comment
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Comment & barrage.v1.Comment.$Shape;
        }

        namespace Comment {

            /** Properties of a Comment. */
            interface $Properties {

                /** Comment user */
                user?: (barrage.v1.User.$Properties|null);

                /** Comment text */
                text?: (string|null);

                /** Comment mode */
                mode?: (barrage.v1.Comment.Mode|null);

                /** Comment color */
                color?: (number|null);

                /** Comment size */
                size?: (number|null);

                /** Comment repeat */
                repeat?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Comment. */
            type $Shape = barrage.v1.Comment.$Properties;

            /** Mode enum. */
            enum Mode {

                /** scroll value */
                scroll = 0,

                /** top value */
                top = 1,

                /** bottom value */
                bottom = 2
            }
        }

        /**
         * Properties of a Gift.
         * @deprecated Use barrage.v1.Gift.$Properties instead.
         */
        interface IGift extends barrage.v1.Gift.$Properties {
        }

        /** Represents a Gift. */
        class Gift {

            /**
             * Constructs a new Gift.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Gift.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Gift user. */
            user?: (barrage.v1.User.$Properties|null);

            /** Gift giftId. */
            giftId: string;

            /** Gift name. */
            name: string;

            /** Gift count. */
            count: number;

            /** Gift combo. */
            combo?: (number|null);

            /** Gift value. */
            value: number;

            /**
             * Encodes the specified Gift message. Does not implicitly {@link barrage.v1.Gift.verify|verify} messages.
             * @param message Gift message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Gift.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Gift message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Gift & barrage.v1.Gift.$Shape} Gift
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Gift & barrage.v1.Gift.$Shape;
        }

        namespace Gift {

            /** Properties of a Gift. */
            interface $Properties {

                /** Gift user */
                user?: (barrage.v1.User.$Properties|null);

                /** Gift giftId */
                giftId?: (string|null);

                /** Gift name */
                name?: (string|null);

                /** Gift count */
                count?: (number|null);

                /** Gift combo */
                combo?: (number|null);

                /** Gift value */
                value?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Gift. */
            type $Shape = barrage.v1.Gift.$Properties;
        }

        /**
         * Properties of a Superchat.
         * @deprecated Use barrage.v1.Superchat.$Properties instead.
         */
        interface ISuperchat extends barrage.v1.Superchat.$Properties {
        }

        /** Represents a Superchat. */
        class Superchat {

            /**
             * Constructs a new Superchat.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Superchat.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Superchat user. */
            user?: (barrage.v1.User.$Properties|null);

            /** Superchat text. */
            text: string;

            /** Superchat value. */
            value: number;

            /** Superchat pinMs. */
            pinMs: number;

            /**
             * Encodes the specified Superchat message. Does not implicitly {@link barrage.v1.Superchat.verify|verify} messages.
             * @param message Superchat message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Superchat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Superchat message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Superchat & barrage.v1.Superchat.$Shape} Superchat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Superchat & barrage.v1.Superchat.$Shape;
        }

        namespace Superchat {

            /** Properties of a Superchat. */
            interface $Properties {

                /** Superchat user */
                user?: (barrage.v1.User.$Properties|null);

                /** Superchat text */
                text?: (string|null);

                /** Superchat value */
                value?: (number|null);

                /** Superchat pinMs */
                pinMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Superchat. */
            type $Shape = barrage.v1.Superchat.$Properties;
        }

        /**
         * Properties of a Notice.
         * @deprecated Use barrage.v1.Notice.$Properties instead.
         */
        interface INotice extends barrage.v1.Notice.$Properties {
        }

        /** Represents a Notice. */
        class Notice {

            /**
             * Constructs a new Notice.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Notice.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Notice text. */
            text: string;

            /**
             * Encodes the specified Notice message. Does not implicitly {@link barrage.v1.Notice.verify|verify} messages.
             * @param message Notice message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Notice.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Notice message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Notice & barrage.v1.Notice.$Shape} Notice
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Notice & barrage.v1.Notice.$Shape;
        }

        namespace Notice {

            /** Properties of a Notice. */
            interface $Properties {

                /** Notice text */
                text?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Notice. */
            type $Shape = barrage.v1.Notice.$Properties;
        }

        /**
         * Properties of a Retract.
         * @deprecated Use barrage.v1.Retract.$Properties instead.
         */
        interface IRetract extends barrage.v1.Retract.$Properties {
        }

        /** Represents a Retract. */
        class Retract {

            /**
             * Constructs a new Retract.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Retract.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Retract refs. */
            refs: string[];

            /**
             * Encodes the specified Retract message. Does not implicitly {@link barrage.v1.Retract.verify|verify} messages.
             * @param message Retract message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Retract.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Retract message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Retract & barrage.v1.Retract.$Shape} Retract
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Retract & barrage.v1.Retract.$Shape;
        }

        namespace Retract {

            /** Properties of a Retract. */
            interface $Properties {

                /** Retract refs */
                refs?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Retract. */
            type $Shape = barrage.v1.Retract.$Properties;
        }

        /**
         * Properties of a State.
         * @deprecated Use barrage.v1.State.$Properties instead.
         */
        interface IState extends barrage.v1.State.$Properties {
        }

        /** Represents a State. */
        class State {

            /**
             * Constructs a new State.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.State.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** State title. */
            title?: (string|null);

            /** State chatPerSecond. */
            chatPerSecond?: (number|null);

            /** State slowModeSeconds. */
            slowModeSeconds?: (number|null);

            /** State minLevel. */
            minLevel?: (number|null);

            /** State badges. */
            badges: string[];

            /** State followersOnly. */
            followersOnly: boolean;

            /** State emoteOnly. */
            emoteOnly: boolean;

            /** State muted. */
            muted: boolean;

            /** State blockedWords. */
            blockedWords: string[];

            /**
             * Encodes the specified State message. Does not implicitly {@link barrage.v1.State.verify|verify} messages.
             * @param message State message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.State.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a State message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.State & barrage.v1.State.$Shape} State
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.State & barrage.v1.State.$Shape;
        }

        namespace State {

            /** Properties of a State. */
            interface $Properties {

                /** State title */
                title?: (string|null);

                /** State chatPerSecond */
                chatPerSecond?: (number|null);

                /** State slowModeSeconds */
                slowModeSeconds?: (number|null);

                /** State minLevel */
                minLevel?: (number|null);

                /** State badges */
                badges?: (string[]|null);

                /** State followersOnly */
                followersOnly?: (boolean|null);

                /** State emoteOnly */
                emoteOnly?: (boolean|null);

                /** State muted */
                muted?: (boolean|null);

                /** State blockedWords */
                blockedWords?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a State. */
            type $Shape = barrage.v1.State.$Properties;
        }

        /**
         * Properties of a Like.
         * @deprecated Use barrage.v1.Like.$Properties instead.
         */
        interface ILike extends barrage.v1.Like.$Properties {
        }

        /** Represents a Like. */
        class Like {

            /**
             * Constructs a new Like.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Like.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Like count. */
            count: number;

            /** Like total. */
            total: number;

            /**
             * Encodes the specified Like message. Does not implicitly {@link barrage.v1.Like.verify|verify} messages.
             * @param message Like message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Like.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Like message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Like & barrage.v1.Like.$Shape} Like
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Like & barrage.v1.Like.$Shape;
        }

        namespace Like {

            /** Properties of a Like. */
            interface $Properties {

                /** Like count */
                count?: (number|null);

                /** Like total */
                total?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Like. */
            type $Shape = barrage.v1.Like.$Properties;
        }

        /**
         * Properties of an Enter.
         * @deprecated Use barrage.v1.Enter.$Properties instead.
         */
        interface IEnter extends barrage.v1.Enter.$Properties {
        }

        /** Represents an Enter. */
        class Enter {

            /**
             * Constructs a new Enter.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Enter.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Enter user. */
            user?: (barrage.v1.User.$Properties|null);

            /**
             * Encodes the specified Enter message. Does not implicitly {@link barrage.v1.Enter.verify|verify} messages.
             * @param message Enter message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Enter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Enter message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Enter & barrage.v1.Enter.$Shape} Enter
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Enter & barrage.v1.Enter.$Shape;
        }

        namespace Enter {

            /** Properties of an Enter. */
            interface $Properties {

                /** Enter user */
                user?: (barrage.v1.User.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Enter. */
            type $Shape = barrage.v1.Enter.$Properties;
        }

        /**
         * Properties of an Online.
         * @deprecated Use barrage.v1.Online.$Properties instead.
         */
        interface IOnline extends barrage.v1.Online.$Properties {
        }

        /** Represents an Online. */
        class Online {

            /**
             * Constructs a new Online.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Online.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Online count. */
            count: number;

            /**
             * Encodes the specified Online message. Does not implicitly {@link barrage.v1.Online.verify|verify} messages.
             * @param message Online message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Online.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Online message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Online & barrage.v1.Online.$Shape} Online
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Online & barrage.v1.Online.$Shape;
        }

        namespace Online {

            /** Properties of an Online. */
            interface $Properties {

                /** Online count */
                count?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Online. */
            type $Shape = barrage.v1.Online.$Properties;
        }

        /**
         * Properties of an Event.
         * @deprecated Use barrage.v1.Event.$Properties instead.
         */
        interface IEvent extends barrage.v1.Event.$Properties {
        }

        /** Represents an Event. */
        class Event {

            /**
             * Constructs a new Event.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Event.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Event offset. */
            offset: number;

            /** Event at. */
            at: number;

            /** Event comment. */
            comment?: (barrage.v1.Comment.$Properties|null);

            /** Event gift. */
            gift?: (barrage.v1.Gift.$Properties|null);

            /** Event superchat. */
            superchat?: (barrage.v1.Superchat.$Properties|null);

            /** Event notice. */
            notice?: (barrage.v1.Notice.$Properties|null);

            /** Event retract. */
            retract?: (barrage.v1.Retract.$Properties|null);

            /** Event state. */
            state?: (barrage.v1.State.$Properties|null);

            /** Event like. */
            like?: (barrage.v1.Like.$Properties|null);

            /** Event enter. */
            enter?: (barrage.v1.Enter.$Properties|null);

            /** Event online. */
            online?: (barrage.v1.Online.$Properties|null);

            /** Event body. */
            body?: ("comment"|"gift"|"superchat"|"notice"|"retract"|"state"|"like"|"enter"|"online");

            /**
             * Encodes the specified Event message. Does not implicitly {@link barrage.v1.Event.verify|verify} messages.
             * @param message Event message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Event.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Event message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Event & barrage.v1.Event.$Shape} Event
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Event & barrage.v1.Event.$Shape;
        }

        namespace Event {

            /** Properties of an Event. */
            interface $Properties {

                /** Event offset */
                offset?: (number|null);

                /** Event at */
                at?: (number|null);

                /** Event comment */
                comment?: (barrage.v1.Comment.$Properties|null);

                /** Event gift */
                gift?: (barrage.v1.Gift.$Properties|null);

                /** Event superchat */
                superchat?: (barrage.v1.Superchat.$Properties|null);

                /** Event notice */
                notice?: (barrage.v1.Notice.$Properties|null);

                /** Event retract */
                retract?: (barrage.v1.Retract.$Properties|null);

                /** Event state */
                state?: (barrage.v1.State.$Properties|null);

                /** Event like */
                like?: (barrage.v1.Like.$Properties|null);

                /** Event enter */
                enter?: (barrage.v1.Enter.$Properties|null);

                /** Event online */
                online?: (barrage.v1.Online.$Properties|null);

                /** Event body */
                body?: ("comment"|"gift"|"superchat"|"notice"|"retract"|"state"|"like"|"enter"|"online");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an Event. */
            type $Shape = {
              offset?: number|null;
              at?: number|null;
              comment?: barrage.v1.Comment.$Shape|null;
              gift?: barrage.v1.Gift.$Shape|null;
              superchat?: barrage.v1.Superchat.$Shape|null;
              notice?: barrage.v1.Notice.$Shape|null;
              retract?: barrage.v1.Retract.$Shape|null;
              state?: barrage.v1.State.$Shape|null;
              like?: barrage.v1.Like.$Shape|null;
              enter?: barrage.v1.Enter.$Shape|null;
              online?: barrage.v1.Online.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ body?: undefined; comment?: null; gift?: null; superchat?: null; notice?: null; retract?: null; state?: null; like?: null; enter?: null; online?: null }|{ body?: "comment"; comment: barrage.v1.Comment.$Shape; gift?: null; superchat?: null; notice?: null; retract?: null; state?: null; like?: null; enter?: null; online?: null }|{ body?: "gift"; comment?: null; gift: barrage.v1.Gift.$Shape; superchat?: null; notice?: null; retract?: null; state?: null; like?: null; enter?: null; online?: null }|{ body?: "superchat"; comment?: null; gift?: null; superchat: barrage.v1.Superchat.$Shape; notice?: null; retract?: null; state?: null; like?: null; enter?: null; online?: null }|{ body?: "notice"; comment?: null; gift?: null; superchat?: null; notice: barrage.v1.Notice.$Shape; retract?: null; state?: null; like?: null; enter?: null; online?: null }|{ body?: "retract"; comment?: null; gift?: null; superchat?: null; notice?: null; retract: barrage.v1.Retract.$Shape; state?: null; like?: null; enter?: null; online?: null }|{ body?: "state"; comment?: null; gift?: null; superchat?: null; notice?: null; retract?: null; state: barrage.v1.State.$Shape; like?: null; enter?: null; online?: null }|{ body?: "like"; comment?: null; gift?: null; superchat?: null; notice?: null; retract?: null; state?: null; like: barrage.v1.Like.$Shape; enter?: null; online?: null }|{ body?: "enter"; comment?: null; gift?: null; superchat?: null; notice?: null; retract?: null; state?: null; like?: null; enter: barrage.v1.Enter.$Shape; online?: null }|{ body?: "online"; comment?: null; gift?: null; superchat?: null; notice?: null; retract?: null; state?: null; like?: null; enter?: null; online: barrage.v1.Online.$Shape })
            );
        }

        /**
         * Properties of a Batch.
         * @deprecated Use barrage.v1.Batch.$Properties instead.
         */
        interface IBatch extends barrage.v1.Batch.$Properties {
        }

        /** Represents a Batch. */
        class Batch {

            /**
             * Constructs a new Batch.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Batch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Batch lane. */
            lane: barrage.v1.Batch.Lane;

            /** Batch from. */
            from: number;

            /** Batch to. */
            to: number;

            /** Batch skipped. */
            skipped: number;

            /** Batch events. */
            events: barrage.v1.Event.$Properties[];

            /**
             * Encodes the specified Batch message. Does not implicitly {@link barrage.v1.Batch.verify|verify} messages.
             * @param message Batch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Batch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Batch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Batch & barrage.v1.Batch.$Shape} Batch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Batch & barrage.v1.Batch.$Shape;
        }

        namespace Batch {

            /** Properties of a Batch. */
            interface $Properties {

                /** Batch lane */
                lane?: (barrage.v1.Batch.Lane|null);

                /** Batch from */
                from?: (number|null);

                /** Batch to */
                to?: (number|null);

                /** Batch skipped */
                skipped?: (number|null);

                /** Batch events */
                events?: (barrage.v1.Event.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Batch. */
            type $Shape = {
              lane?: barrage.v1.Batch.Lane|null;
              from?: number|null;
              to?: number|null;
              skipped?: number|null;
              events?: barrage.v1.Event.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };

            /** Lane enum. */
            enum Lane {

                /** unspecified value */
                unspecified = 0,

                /** priority value */
                priority = 1,

                /** chat value */
                chat = 2,

                /** ambient value */
                ambient = 3
            }
        }

        /**
         * Properties of an Error.
         * @deprecated Use barrage.v1.Error.$Properties instead.
         */
        interface IError extends barrage.v1.Error.$Properties {
        }

        /** Represents an Error. */
        class Error {

            /**
             * Constructs a new Error.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Error.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Error id. */
            id?: (number|null);

            /** Error code. */
            code: string;

            /** Error message. */
            message: string;

            /** Error temporary. */
            temporary: boolean;

            /** Error retryAfterMs. */
            retryAfterMs?: (number|null);

            /**
             * Encodes the specified Error message. Does not implicitly {@link barrage.v1.Error.verify|verify} messages.
             * @param message Error message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Error.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Error message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Error & barrage.v1.Error.$Shape} Error
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Error & barrage.v1.Error.$Shape;
        }

        namespace Error {

            /** Properties of an Error. */
            interface $Properties {

                /** Error id */
                id?: (number|null);

                /** Error code */
                code?: (string|null);

                /** Error message */
                message?: (string|null);

                /** Error temporary */
                temporary?: (boolean|null);

                /** Error retryAfterMs */
                retryAfterMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Error. */
            type $Shape = barrage.v1.Error.$Properties;
        }

        /**
         * Properties of a ClientFrame.
         * @deprecated Use barrage.v1.ClientFrame.$Properties instead.
         */
        interface IClientFrame extends barrage.v1.ClientFrame.$Properties {
        }

        /** Represents a ClientFrame. */
        class ClientFrame {

            /**
             * Constructs a new ClientFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.ClientFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ClientFrame id. */
            id?: (number|null);

            /** ClientFrame join. */
            join?: (barrage.v1.Join.$Properties|null);

            /** ClientFrame comment. */
            comment?: (barrage.v1.CommentDraft.$Properties|null);

            /** ClientFrame like. */
            like?: (barrage.v1.LikeDraft.$Properties|null);

            /** ClientFrame ping. */
            ping?: (barrage.v1.Ping.$Properties|null);

            /** ClientFrame auth. */
            auth?: (barrage.v1.Auth.$Properties|null);

            /** ClientFrame command. */
            command?: ("join"|"comment"|"like"|"ping"|"auth");

            /**
             * Encodes the specified ClientFrame message. Does not implicitly {@link barrage.v1.ClientFrame.verify|verify} messages.
             * @param message ClientFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.ClientFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ClientFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.ClientFrame & barrage.v1.ClientFrame.$Shape} ClientFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.ClientFrame & barrage.v1.ClientFrame.$Shape;
        }

        namespace ClientFrame {

            /** Properties of a ClientFrame. */
            interface $Properties {

                /** ClientFrame id */
                id?: (number|null);

                /** ClientFrame join */
                join?: (barrage.v1.Join.$Properties|null);

                /** ClientFrame comment */
                comment?: (barrage.v1.CommentDraft.$Properties|null);

                /** ClientFrame like */
                like?: (barrage.v1.LikeDraft.$Properties|null);

                /** ClientFrame ping */
                ping?: (barrage.v1.Ping.$Properties|null);

                /** ClientFrame auth */
                auth?: (barrage.v1.Auth.$Properties|null);

                /** ClientFrame command */
                command?: ("join"|"comment"|"like"|"ping"|"auth");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a ClientFrame. */
            type $Shape = {
              id?: number|null;
              join?: barrage.v1.Join.$Shape|null;
              comment?: barrage.v1.CommentDraft.$Shape|null;
              like?: barrage.v1.LikeDraft.$Shape|null;
              ping?: barrage.v1.Ping.$Shape|null;
              auth?: barrage.v1.Auth.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ command?: undefined; join?: null; comment?: null; like?: null; ping?: null; auth?: null }|{ command?: "join"; join: barrage.v1.Join.$Shape; comment?: null; like?: null; ping?: null; auth?: null }|{ command?: "comment"; join?: null; comment: barrage.v1.CommentDraft.$Shape; like?: null; ping?: null; auth?: null }|{ command?: "like"; join?: null; comment?: null; like: barrage.v1.LikeDraft.$Shape; ping?: null; auth?: null }|{ command?: "ping"; join?: null; comment?: null; like?: null; ping: barrage.v1.Ping.$Shape; auth?: null }|{ command?: "auth"; join?: null; comment?: null; like?: null; ping?: null; auth: barrage.v1.Auth.$Shape })
            );
        }

        /**
         * Properties of a Join.
         * @deprecated Use barrage.v1.Join.$Properties instead.
         */
        interface IJoin extends barrage.v1.Join.$Properties {
        }

        /** Represents a Join. */
        class Join {

            /**
             * Constructs a new Join.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Join.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Join room. */
            room: string;

            /** Join cursor. */
            cursor?: (string|null);

            /**
             * Encodes the specified Join message. Does not implicitly {@link barrage.v1.Join.verify|verify} messages.
             * @param message Join message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Join.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Join message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Join & barrage.v1.Join.$Shape} Join
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Join & barrage.v1.Join.$Shape;
        }

        namespace Join {

            /** Properties of a Join. */
            interface $Properties {

                /** Join room */
                room?: (string|null);

                /** Join cursor */
                cursor?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Join. */
            type $Shape = barrage.v1.Join.$Properties;
        }

        /**
         * Properties of a CommentDraft.
         * @deprecated Use barrage.v1.CommentDraft.$Properties instead.
         */
        interface ICommentDraft extends barrage.v1.CommentDraft.$Properties {
        }

        /** Represents a CommentDraft. */
        class CommentDraft {

            /**
             * Constructs a new CommentDraft.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.CommentDraft.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CommentDraft text. */
            text: string;

            /** CommentDraft mode. */
            mode?: (barrage.v1.Comment.Mode|null);

            /** CommentDraft color. */
            color?: (number|null);

            /** CommentDraft size. */
            size?: (number|null);

            /** CommentDraft user. */
            user?: (barrage.v1.User.$Properties|null);

            /**
             * Encodes the specified CommentDraft message. Does not implicitly {@link barrage.v1.CommentDraft.verify|verify} messages.
             * @param message CommentDraft message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.CommentDraft.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CommentDraft message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.CommentDraft & barrage.v1.CommentDraft.$Shape} CommentDraft
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.CommentDraft & barrage.v1.CommentDraft.$Shape;
        }

        namespace CommentDraft {

            /** Properties of a CommentDraft. */
            interface $Properties {

                /** CommentDraft text */
                text?: (string|null);

                /** CommentDraft mode */
                mode?: (barrage.v1.Comment.Mode|null);

                /** CommentDraft color */
                color?: (number|null);

                /** CommentDraft size */
                size?: (number|null);

                /** CommentDraft user */
                user?: (barrage.v1.User.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CommentDraft. */
            type $Shape = barrage.v1.CommentDraft.$Properties;
        }

        /**
         * Properties of a LikeDraft.
         * @deprecated Use barrage.v1.LikeDraft.$Properties instead.
         */
        interface ILikeDraft extends barrage.v1.LikeDraft.$Properties {
        }

        /** Represents a LikeDraft. */
        class LikeDraft {

            /**
             * Constructs a new LikeDraft.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.LikeDraft.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LikeDraft count. */
            count: number;

            /**
             * Encodes the specified LikeDraft message. Does not implicitly {@link barrage.v1.LikeDraft.verify|verify} messages.
             * @param message LikeDraft message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.LikeDraft.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LikeDraft message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.LikeDraft & barrage.v1.LikeDraft.$Shape} LikeDraft
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.LikeDraft & barrage.v1.LikeDraft.$Shape;
        }

        namespace LikeDraft {

            /** Properties of a LikeDraft. */
            interface $Properties {

                /** LikeDraft count */
                count?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LikeDraft. */
            type $Shape = barrage.v1.LikeDraft.$Properties;
        }

        /**
         * Properties of a Ping.
         * @deprecated Use barrage.v1.Ping.$Properties instead.
         */
        interface IPing extends barrage.v1.Ping.$Properties {
        }

        /** Represents a Ping. */
        class Ping {

            /**
             * Constructs a new Ping.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Ping.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Ping message. Does not implicitly {@link barrage.v1.Ping.verify|verify} messages.
             * @param message Ping message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Ping.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Ping message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Ping & barrage.v1.Ping.$Shape} Ping
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Ping & barrage.v1.Ping.$Shape;
        }

        namespace Ping {

            /** Properties of a Ping. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Ping. */
            type $Shape = barrage.v1.Ping.$Properties;
        }

        /**
         * Properties of an Auth.
         * @deprecated Use barrage.v1.Auth.$Properties instead.
         */
        interface IAuth extends barrage.v1.Auth.$Properties {
        }

        /** Represents an Auth. */
        class Auth {

            /**
             * Constructs a new Auth.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Auth.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Auth token. */
            token: string;

            /**
             * Encodes the specified Auth message. Does not implicitly {@link barrage.v1.Auth.verify|verify} messages.
             * @param message Auth message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Auth.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Auth message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Auth & barrage.v1.Auth.$Shape} Auth
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Auth & barrage.v1.Auth.$Shape;
        }

        namespace Auth {

            /** Properties of an Auth. */
            interface $Properties {

                /** Auth token */
                token?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Auth. */
            type $Shape = barrage.v1.Auth.$Properties;
        }

        /**
         * Properties of a ServerFrame.
         * @deprecated Use barrage.v1.ServerFrame.$Properties instead.
         */
        interface IServerFrame extends barrage.v1.ServerFrame.$Properties {
        }

        /** Represents a ServerFrame. */
        class ServerFrame {

            /**
             * Constructs a new ServerFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.ServerFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ServerFrame joined. */
            joined?: (barrage.v1.Joined.$Properties|null);

            /** ServerFrame batch. */
            batch?: (barrage.v1.Batch.$Properties|null);

            /** ServerFrame ack. */
            ack?: (barrage.v1.Ack.$Properties|null);

            /** ServerFrame error. */
            error?: (barrage.v1.Error.$Properties|null);

            /** ServerFrame pong. */
            pong?: (barrage.v1.Pong.$Properties|null);

            /** ServerFrame deflated. */
            deflated?: (Uint8Array|null);

            /** ServerFrame refresh. */
            refresh?: (barrage.v1.Refresh.$Properties|null);

            /** ServerFrame frame. */
            frame?: ("joined"|"batch"|"ack"|"error"|"pong"|"deflated"|"refresh");

            /**
             * Encodes the specified ServerFrame message. Does not implicitly {@link barrage.v1.ServerFrame.verify|verify} messages.
             * @param message ServerFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.ServerFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ServerFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.ServerFrame & barrage.v1.ServerFrame.$Shape} ServerFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.ServerFrame & barrage.v1.ServerFrame.$Shape;
        }

        namespace ServerFrame {

            /** Properties of a ServerFrame. */
            interface $Properties {

                /** ServerFrame joined */
                joined?: (barrage.v1.Joined.$Properties|null);

                /** ServerFrame batch */
                batch?: (barrage.v1.Batch.$Properties|null);

                /** ServerFrame ack */
                ack?: (barrage.v1.Ack.$Properties|null);

                /** ServerFrame error */
                error?: (barrage.v1.Error.$Properties|null);

                /** ServerFrame pong */
                pong?: (barrage.v1.Pong.$Properties|null);

                /** ServerFrame deflated */
                deflated?: (Uint8Array|null);

                /** ServerFrame refresh */
                refresh?: (barrage.v1.Refresh.$Properties|null);

                /** ServerFrame frame */
                frame?: ("joined"|"batch"|"ack"|"error"|"pong"|"deflated"|"refresh");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a ServerFrame. */
            type $Shape = {
              joined?: barrage.v1.Joined.$Shape|null;
              batch?: barrage.v1.Batch.$Shape|null;
              ack?: barrage.v1.Ack.$Shape|null;
              error?: barrage.v1.Error.$Shape|null;
              pong?: barrage.v1.Pong.$Shape|null;
              deflated?: Uint8Array|null;
              refresh?: barrage.v1.Refresh.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ frame?: undefined; joined?: null; batch?: null; ack?: null; error?: null; pong?: null; deflated?: null; refresh?: null }|{ frame?: "joined"; joined: barrage.v1.Joined.$Shape; batch?: null; ack?: null; error?: null; pong?: null; deflated?: null; refresh?: null }|{ frame?: "batch"; joined?: null; batch: barrage.v1.Batch.$Shape; ack?: null; error?: null; pong?: null; deflated?: null; refresh?: null }|{ frame?: "ack"; joined?: null; batch?: null; ack: barrage.v1.Ack.$Shape; error?: null; pong?: null; deflated?: null; refresh?: null }|{ frame?: "error"; joined?: null; batch?: null; ack?: null; error: barrage.v1.Error.$Shape; pong?: null; deflated?: null; refresh?: null }|{ frame?: "pong"; joined?: null; batch?: null; ack?: null; error?: null; pong: barrage.v1.Pong.$Shape; deflated?: null; refresh?: null }|{ frame?: "deflated"; joined?: null; batch?: null; ack?: null; error?: null; pong?: null; deflated: Uint8Array; refresh?: null }|{ frame?: "refresh"; joined?: null; batch?: null; ack?: null; error?: null; pong?: null; deflated?: null; refresh: barrage.v1.Refresh.$Shape })
            );
        }

        /**
         * Properties of a Joined.
         * @deprecated Use barrage.v1.Joined.$Properties instead.
         */
        interface IJoined extends barrage.v1.Joined.$Properties {
        }

        /** Represents a Joined. */
        class Joined {

            /**
             * Constructs a new Joined.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Joined.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Joined room. */
            room: string;

            /** Joined epoch. */
            epoch: string;

            /** Joined cursor. */
            cursor: string;

            /** Joined recovered. */
            recovered: boolean;

            /** Joined online. */
            online: number;

            /** Joined batches. */
            batches: barrage.v1.Batch.$Properties[];

            /**
             * Encodes the specified Joined message. Does not implicitly {@link barrage.v1.Joined.verify|verify} messages.
             * @param message Joined message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Joined.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Joined message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Joined & barrage.v1.Joined.$Shape} Joined
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Joined & barrage.v1.Joined.$Shape;
        }

        namespace Joined {

            /** Properties of a Joined. */
            interface $Properties {

                /** Joined room */
                room?: (string|null);

                /** Joined epoch */
                epoch?: (string|null);

                /** Joined cursor */
                cursor?: (string|null);

                /** Joined recovered */
                recovered?: (boolean|null);

                /** Joined online */
                online?: (number|null);

                /** Joined batches */
                batches?: (barrage.v1.Batch.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Joined. */
            type $Shape = {
              room?: string|null;
              epoch?: string|null;
              cursor?: string|null;
              recovered?: boolean|null;
              online?: number|null;
              batches?: barrage.v1.Batch.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of an Ack.
         * @deprecated Use barrage.v1.Ack.$Properties instead.
         */
        interface IAck extends barrage.v1.Ack.$Properties {
        }

        /** Represents an Ack. */
        class Ack {

            /**
             * Constructs a new Ack.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Ack.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Ack id. */
            id: number;

            /** Ack ref. */
            ref?: (string|null);

            /** Ack epoch. */
            epoch?: (string|null);

            /**
             * Encodes the specified Ack message. Does not implicitly {@link barrage.v1.Ack.verify|verify} messages.
             * @param message Ack message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Ack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Ack message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Ack & barrage.v1.Ack.$Shape} Ack
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Ack & barrage.v1.Ack.$Shape;
        }

        namespace Ack {

            /** Properties of an Ack. */
            interface $Properties {

                /** Ack id */
                id?: (number|null);

                /** Ack ref */
                ref?: (string|null);

                /** Ack epoch */
                epoch?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Ack. */
            type $Shape = barrage.v1.Ack.$Properties;
        }

        /**
         * Properties of a Pong.
         * @deprecated Use barrage.v1.Pong.$Properties instead.
         */
        interface IPong extends barrage.v1.Pong.$Properties {
        }

        /** Represents a Pong. */
        class Pong {

            /**
             * Constructs a new Pong.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Pong.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Pong message. Does not implicitly {@link barrage.v1.Pong.verify|verify} messages.
             * @param message Pong message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Pong.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Pong message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Pong & barrage.v1.Pong.$Shape} Pong
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Pong & barrage.v1.Pong.$Shape;
        }

        namespace Pong {

            /** Properties of a Pong. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Pong. */
            type $Shape = barrage.v1.Pong.$Properties;
        }

        /**
         * Properties of a Refresh.
         * @deprecated Use barrage.v1.Refresh.$Properties instead.
         */
        interface IRefresh extends barrage.v1.Refresh.$Properties {
        }

        /** Represents a Refresh. */
        class Refresh {

            /**
             * Constructs a new Refresh.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.Refresh.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Refresh expiresAt. */
            expiresAt: number;

            /**
             * Encodes the specified Refresh message. Does not implicitly {@link barrage.v1.Refresh.verify|verify} messages.
             * @param message Refresh message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.Refresh.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Refresh message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.Refresh & barrage.v1.Refresh.$Shape} Refresh
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.Refresh & barrage.v1.Refresh.$Shape;
        }

        namespace Refresh {

            /** Properties of a Refresh. */
            interface $Properties {

                /** Refresh expiresAt */
                expiresAt?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Refresh. */
            type $Shape = barrage.v1.Refresh.$Properties;
        }

        /**
         * Properties of a PollAnswer.
         * @deprecated Use barrage.v1.PollAnswer.$Properties instead.
         */
        interface IPollAnswer extends barrage.v1.PollAnswer.$Properties {
        }

        /** Represents a PollAnswer. */
        class PollAnswer {

            /**
             * Constructs a new PollAnswer.
             * @param [properties] Properties to set
             */
            constructor(properties?: barrage.v1.PollAnswer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PollAnswer epoch. */
            epoch: string;

            /** PollAnswer cursor. */
            cursor: string;

            /** PollAnswer recovered. */
            recovered: boolean;

            /** PollAnswer more. */
            more: boolean;

            /** PollAnswer batches. */
            batches: barrage.v1.Batch.$Properties[];

            /** PollAnswer online. */
            online: number;

            /** PollAnswer nextPollMs. */
            nextPollMs: number;

            /**
             * Encodes the specified PollAnswer message. Does not implicitly {@link barrage.v1.PollAnswer.verify|verify} messages.
             * @param message PollAnswer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: barrage.v1.PollAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PollAnswer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {barrage.v1.PollAnswer & barrage.v1.PollAnswer.$Shape} PollAnswer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): barrage.v1.PollAnswer & barrage.v1.PollAnswer.$Shape;
        }

        namespace PollAnswer {

            /** Properties of a PollAnswer. */
            interface $Properties {

                /** PollAnswer epoch */
                epoch?: (string|null);

                /** PollAnswer cursor */
                cursor?: (string|null);

                /** PollAnswer recovered */
                recovered?: (boolean|null);

                /** PollAnswer more */
                more?: (boolean|null);

                /** PollAnswer batches */
                batches?: (barrage.v1.Batch.$Properties[]|null);

                /** PollAnswer online */
                online?: (number|null);

                /** PollAnswer nextPollMs */
                nextPollMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PollAnswer. */
            type $Shape = {
              epoch?: string|null;
              cursor?: string|null;
              recovered?: boolean|null;
              more?: boolean|null;
              batches?: barrage.v1.Batch.$Shape[]|null;
              online?: number|null;
              nextPollMs?: number|null;
              $unknowns?: Uint8Array[];
            };
        }
    }
}
